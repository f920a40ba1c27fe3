import { aclGuards } from './s3-acl.ts'
import { publicAccessGuards } from './s3-public-access.ts'
import type { ServiceRule } from './service-rule.ts'

/** Block Public Access and ACLs (docs/services/s3.md); what S3 asks KMS for the caller stands among the hops. */
export const s3: ServiceRule = {
  service: 's3',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html',
  guards: (facts) => [...publicAccessGuards(facts), ...aclGuards(facts)],
  alsoRequires: () => [],
}
