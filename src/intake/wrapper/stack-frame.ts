import { denialCodes } from './error-code.ts'

/** The frame of the JavaScript SDK that reads the answer to a call: `at de_PutObjectCommandError (…/@aws-sdk/client-s3/…)`. */
const READER =
  /\bat (?:async )?(?:\w{1,20}\.)?(?:de_|deserializeAws_(?:restXml|restJson1(?:_1)?|json1_[01]|query|ec2))(?<op>[A-Z]\w{1,80}?)?CommandError \([^()]{0,200}?@aws-sdk\/client-(?<service>[a-z0-9-]{2,60})\//

/** The frame of the SDK in a bundle, where no path tells whose it is: the longer of the names is the generator's alone. */
const BUNDLED =
  /\bat (?:async )?(?:\w{1,20}\.)?deserializeAws_(?:restXml|restJson1(?:_1)?|json1_[01]|query|ec2)(?<op>[A-Z]\w{1,80}?)CommandError \(/

/** The method of a client of the SDKs for Java (both versions) and .NET: below the frames of the request that it sent. */
const CLIENT =
  /\bat (?:com\.amazonaws\.services\.(?<java1>[a-z0-9]{2,60})\.A\w{2,60}Client\.|software\.amazon\.awssdk\.services\.(?<java2>[a-z0-9]{2,60})\.Default\w{2,60}Client\.|Amazon\.(?<net>\w{2,60})\.Amazon\w{2,60}Client\.)(?!invoke|doInvoke|execute|lambda|access\$|Invoke)(?<op>[A-Za-z]\w{2,80}?)(?:Async)?\(/

/** A method of a client is this many frames down at the most. */
const DEEP = 60

/** How many frames stand before it: `throwDefaultError` and what calls it. */
const FRAMES = 6

const FRAME = /^[\s"',|*/]{0,80}at /

/** Between the frames of a stack that is printed as a list. */
const NEXT_FRAME = /["'],\s{0,40}["']/g

interface Call {
  readonly op: string | undefined
  readonly service: string | undefined
}

/** The property of an error printed as JSON, of which the first line names the error once more. */
const PROPERTY = /["']?\bstack["']?\s{0,2}:\s{0,2}\[?\s{0,40}(?=["'`])/

/** The call of which the stack of the refused request tells: directly behind the message, or in the same object. */
export function callOfStack(right: string): Call | undefined {
  const near = right.slice(0, 1500)
  const client = clientCall(right)
  if (client !== undefined) return client
  const property = PROPERTY.exec(near)
  const stack = property === null ? '' : near.slice(property.index + property[0].length).replaceAll(NEXT_FRAME, '\n')
  return callOf(near) ?? (denialCodes(stack.split('\n', 1)[0] ?? '').length > 0 ? callOf(stack) : undefined)
}

/** A frame of .NET's inner exception, and the end of its stack. */
const INNER = /^\s{0,20}--->? |^\s{0,20}--- End of /

function clientCall(right: string): Call | undefined {
  for (const line of right.split('\n', DEEP + 1).slice(1)) {
    if (!FRAME.test(line)) {
      if (INNER.test(line)) continue
      return undefined
    }
    const { java1, java2, net, op = '' } = CLIENT.exec(line)?.groups ?? {}
    const service = java1 ?? java2 ?? net
    if (service !== undefined) return { op: op.charAt(0).toUpperCase() + op.slice(1), service }
  }
  return undefined
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
