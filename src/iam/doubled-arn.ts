import { type Arn, parseArn } from './arn.ts'

/** An ARN that stands where a request has to have the name of a resource. */
export interface DoubledArn {
  /** The ARN that was sent instead of the name. */
  readonly inner: Arn
  readonly text: string
  /** The name that the request should have had: what follows the type of the resource. */
  readonly name: string
}

/**
 * Reads a resource ARN with another ARN in the place of its name, as AWS forms it where the call was given the ARN for a parameter that
 * takes a name: `arn:aws:firehose:…:deliverystream/arn:aws:firehose:…:deliverystream/NAME`. No such resource exists. Undefined: it is
 * not of that form. The key of an S3 object may begin with `arn:`, the name of a bucket may not.
 */
export function doubledArn(resource: string): DoubledArn | undefined {
  const outer = parseArn(resource)
  if (outer === undefined) return undefined
  const [, text] = (outer.service === 's3' ? INSTEAD_OF_BUCKET : INSTEAD_OF_NAME).exec(outer.resource) ?? []
  const inner = text === undefined ? undefined : parseArn(text)
  if (text === undefined || inner === undefined) return undefined
  const [, name = inner.resource] = /^[a-z][a-z-]*[/:](.+)$/.exec(inner.resource) ?? []
  return { inner, text, name }
}

const INSTEAD_OF_NAME = /^(?:[a-z][a-z-]*[/:])?(arn:aws[a-z-]*:.+)$/
const INSTEAD_OF_BUCKET = /^(arn:aws[a-z-]*:.+)$/
