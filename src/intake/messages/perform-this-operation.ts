import type { MessageRule } from './rule.ts'

/** What follows `not authorized to perform` where a service names no action. */
export const PERFORM_THIS = /^:?\s{1,8}(?:this|the requested|that) (?:operation|action|request)\b/i

/** EC2's short form; the encoded message, if there is one, holds the rest (R-MSG-13, R-MSG-32). */
export const performThisOperation: MessageRule = {
  id: 'perform-this-operation',
  example:
    'You are not authorized to perform this operation. Encoded authorization failure message: EXAMPLEabc123def456',
  docs: 'https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html',
  anchor: 'arenotauthorizedtoperformthisoperation',
  read: ({ text }) => {
    const match = /\bYou\s{1,8}are\s{1,8}not\s{1,8}authorized\s{1,8}to\s{1,8}perform\s{1,8}this\s{1,8}operation/i.exec(
      text,
    )
    return match === null ? undefined : { span: [match.index, match.index + match[0].length] }
  },
}
