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
  const parts = splitArn(text)
  if (parts === undefined || parts[0] !== 'arn') return undefined
  const [, partition, service, region, account, resource] = parts
  return { partition, service, region, account, resource }
}

/** The six parts of a colon-separated text, the last one whole; undefined where there are fewer than six. */
export function splitArn(text: string): readonly [string, string, string, string, string, string] | undefined {
  const parts: string[] = []
  let from = 0
  for (let i = 0; i < 5; i++) {
    const colon = text.indexOf(':', from)
    if (colon < 0) return undefined
    parts.push(text.slice(from, colon))
    from = colon + 1
  }
  const [a = '', b = '', c = '', d = '', e = ''] = parts
  return [a, b, c, d, e, text.slice(from)]
}

export const formatArn = (arn: Arn): string =>
  `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`

/** Exactly twelve digits. An account id that arrived as a number has lost its leading zeros and is refused at the door. */
export const isAccountId = (text: string): boolean => text.length === 12 && [...text].every((c) => c >= '0' && c <= '9')
