/**
 * Whether a call of SNS sends a text message: its resource is then a phone number, which has no ARN, also where the text masks it.
 * https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
 */
export const isTextMessage = (action: string, resource: string | null): boolean =>
  action.toLowerCase() === 'sns:publish' && resource !== null && NUMBER.test(resource)

const NUMBER = /^(?:\+?\d[\dxX*#.…-]{4,18}|\+[xX*#]{5,18})$/

/** The `NotResource` of an Allow for text messages alone: topics, endpoints of devices and subscriptions have ARNs. */
export const allButArnsOfSns = (partition: string): string => `arn:${partition}:sns:*:*:*`
