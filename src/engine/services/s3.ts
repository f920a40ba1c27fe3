import { aclGuards } from './s3-acl.ts'
import { publicAccessGuards } from './s3-public-access.ts'
import { s3FurtherRequests } from './s3-further-requests.ts'
import type { ServiceRule } from './service-rule.ts'

/** Block Public Access, ACLs, and the key requests S3 makes for the caller (semantics D.8, G-01..G-04). */
export const s3: ServiceRule = {
  service: 's3',
  docs: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html',
  guards: (facts) => [...publicAccessGuards(facts), ...aclGuards(facts)],
  alsoRequires: s3FurtherRequests,
}
