import { addResource, type ResourceDraft } from '../draft.ts'
import type { TerraformResource } from './plan.ts'
import { inRegion } from './policy-holder.ts'
import { accountOf, resourcesOf, type Source, tell, textOf } from './source.ts'

/**
 * Names of directory buckets end so, and no others may.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
 */
export const isDirectoryBucket = (name: string): boolean => /--[a-z0-9-]{1,30}--x-s3$/.test(name)

/** `aws_s3_directory_bucket`; their policies are `aws_s3_bucket_policy`, as those of other buckets. */
export function readDirectoryBuckets(source: Source, buckets: Map<string, ResourceDraft>): void {
  for (const resource of resourcesOf(source, 'aws_s3_directory_bucket')) {
    const name = textOf(source, resource, 'bucket')
    if (typeof name !== 'string') {
      const how = `--parameters ${resource.address}.bucket=NAME`
      tell(source, resource, `its name is not known before apply: give \`${how}\``)
      continue
    }
    const bucket = directoryBucket(source, resource, name)
    if (bucket === undefined) continue
    if (resource.lifecycle === 'created') bucket.policy = null
    for (const key of [resource.address, name]) buckets.set(key, bucket)
  }
}

/** Its ARN is of the service `s3express`, with Region and account. */
export function directoryBucket(source: Source, resource: TerraformResource, name: string): ResourceDraft | undefined {
  const { region, partition } = source.placeOf(resource)
  const account = accountOf(source, resource)
  if (region === undefined) tell(source, resource, 'nothing says which Region it is in: give `--region REGION`')
  if (account === undefined || region === undefined) return undefined
  const arn = inRegion('s3express', 'bucket/')(name, { account, region, partition })
  return addResource(source.draft, { arn, account, service: 's3express', kind: 'directory-bucket' })
}
