/**
 * An ARN in its six parts. `resource` keeps everything after the fifth colon.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns (R-RES-01)
 */
export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Splits at the first five colons; undefined where there are fewer or the text does not start with `arn:`. */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined
  const parts = splitArn(text)
  if (parts === undefined) return undefined
  return { partition: parts[1], service: parts[2], region: parts[3], account: parts[4], resource: parts[5] }
}

/** The six parts of a colon-separated text, the last one whole; undefined where there are fewer than six. */
export function splitArn(text: string): readonly [string, string, string, string, string, string] | undefined {
  const first = text.indexOf(':')
  const second = first < 0 ? -1 : text.indexOf(':', first + 1)
  const third = second < 0 ? -1 : text.indexOf(':', second + 1)
  const fourth = third < 0 ? -1 : text.indexOf(':', third + 1)
  const fifth = fourth < 0 ? -1 : text.indexOf(':', fourth + 1)
  if (fifth < 0) return undefined
  return [
    text.slice(0, first),
    text.slice(first + 1, second),
    text.slice(second + 1, third),
    text.slice(third + 1, fourth),
    text.slice(fourth + 1, fifth),
    text.slice(fifth + 1),
  ]
}

export const formatArn = (arn: Arn): string =>
  `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`

/** Exactly twelve digits. An account id that arrived as a number has lost its leading zeros and is refused at the door. */
export const isAccountId = (text: string): boolean => {
  if (text.length !== 12) return false
  for (let i = 0; i < 12; i += 1) if (text.charCodeAt(i) < 0x30 || text.charCodeAt(i) > 0x39) return false
  return true
}

/**
 * Suffix of the names of a partition's hosts.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export const hostSuffix = (partition: string): string => (partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com')

/** The ARN of a bucket that is given by its ARN or, as `aws s3control get-access-point` prints it, by its name. */
export const bucketArn = (bucket: string, partition: string): string =>
  bucket.startsWith('arn:') ? bucket : `arn:${partition}:s3:::${bucket}`
