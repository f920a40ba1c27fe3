/**
 * Facts of a recorded call that no condition key of AWS's holds, and that a further request hangs on (docs/hops.md). It
 * stands in the context of the request, under a name that no service has.
 */
export const CALL_FACTS = {
  /** The operation, where several with other needs share one action: `UploadPart` of `s3:PutObject`. */
  operation: 'denytrace:call/operation',
  /** The types of resources that EC2 is to tag as it makes them: `instance`; `*`: and others, as a launch template says; absent: none. */
  tagged: 'denytrace:call/tagged',
  /** Where types get other tags each, before a type: the keys of its tags. */
  tagKeys: 'denytrace:call/tagkeys/',
  /** Before a type and the key of a tag: the value of the tag. */
  tag: 'denytrace:call/tag/',
  /** The tier asked for a parameter: `Advanced`. */
  tier: 'denytrace:call/tier',
  /** The type of a fleet of EC2's: `instant`, `request`, `maintain`. */
  fleetType: 'denytrace:call/fleettype',
} as const

/** Context name of a fact that AWS's message shows: an RCP denied the call, so that RCPs reach it though it names no resource (R-RCP-03). */
export const REACHED_BY_RCPS = 'denytrace:call/reached-by-rcps'

/**
 * Operations of S3 that share `s3:PutObject` or `s3:GetObject` and need other things besides (G-02, G-03, G-04).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const TOLD_OPERATIONS: ReadonlySet<string> = new Set([
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'HeadObject',
])
