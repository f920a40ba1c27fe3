import { denialCodes } from './error-code.ts'

/** The frame of the JavaScript SDK that reads the answer to a call: `at de_PutObjectCommandError (…/@aws-sdk/client-s3/…)`. */
const READER =
  /\bat (?:async )?(?:\w{1,20}\.)?(?:de_|deserializeAws_(?:restXml|restJson1(?:_1)?|json1_[01]|query|ec2))(?<op>[A-Z]\w{1,80}?)?CommandError \([^()]{0,200}?@aws-sdk\/client-(?<service>[a-z0-9-]{2,60})\//

/** The frame of the SDK in a bundle, where no path tells whose it is: the longer of the names is the generator's alone. */
const BUNDLED =
  /\bat (?:async )?(?:\w{1,20}\.)?deserializeAws_(?:restXml|restJson1(?:_1)?|json1_[01]|query|ec2)(?<op>[A-Z]\w{1,80}?)CommandError \(/

/** How many frames stand before it: `throwDefaultError` and what calls it. */
const FRAMES = 6

const FRAME = /^[\s"',|*/]{0,80}at /

interface Call {
  readonly op: string | undefined
  readonly service: string | undefined
}

/** The property of an error printed as JSON, of which the first line names the error once more. */
const PROPERTY = /["']?\bstack["']?\s{0,2}:\s{0,2}\[?\s{0,40}(?=["'`])/

/** The call of which the stack of the refused request tells: directly behind the message, or in the same object. */
export function callOfStack(right: string): Call | undefined {
  const near = right.slice(0, 1500)
  const property = PROPERTY.exec(near)
  const stack = property === null ? '' : near.slice(property.index + property[0].length)
  return callOf(near) ?? (denialCodes(stack.split('\n', 1)[0] ?? '').length > 0 ? callOf(stack) : undefined)
}

/** An error further on has a stack of its own. */
function callOf(lines: string): Call | undefined {
  for (const line of lines.split('\n').slice(1, FRAMES + 1)) {
    if (!FRAME.test(line)) return undefined
    const groups = READER.exec(line)?.groups ?? BUNDLED.exec(line)?.groups
    if (groups !== undefined) return { op: groups['op'], service: groups['service'] }
  }
  return undefined
}
