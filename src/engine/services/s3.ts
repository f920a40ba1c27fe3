import { aclGuards } from './s3-acl.ts'
import { s3FixedRules } from './s3-fixed-rules.ts'
import { publicAccessGuards } from './s3-public-access.ts'
import { publicWriteGuards } from './s3-public-writes.ts'
import { unsignedUnderKms } from './s3-unsigned-key.ts'
import type { ServiceRule } from './service-rule.ts'

/** Block Public Access, ACLs and fixed rules (docs/services/s3.md); what S3 asks KMS for the caller stands among the hops. */
export const s3: ServiceRule = {
  service: 's3',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html',
  guards: (input) =>
    s3FixedRules(input).concat(
      unsignedUnderKms(input),
      publicAccessGuards(input),
      publicWriteGuards(input),
      aclGuards(input),
    ),
  alsoRequires: () => [],
}
