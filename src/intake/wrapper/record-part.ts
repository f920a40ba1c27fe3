import { canonicalAction } from '#iam/facts/actions.ts'
import { servicePrefix, withoutVersion } from '#iam/event-sources.ts'

/** The call of a record, and who made it where the part shows that. */
interface RecordedCall {
  readonly source: string
  readonly op: string
  readonly caller?: string
}

/** The two stand beside each other in every record; a Lambda function's own events have `aws:sqs` and the like as source. */
const CALL =
  /"eventSource"\s{0,3}:\s{0,3}"(?<source>[a-z0-9.-]{2,60}\.amazonaws\.com)",\s{0,80}"eventName"\s{0,3}:\s{0,3}"(?<op>\w{2,80})"/g

/** The call of a CloudTrail record of which only a part was pasted: no JSON, so that it is read as text (R-MSG-15i). */
export function callOfRecord(left: string): RecordedCall | undefined {
  if (!left.includes('"eventName"')) return callOfRow(left)
  const last = [...left.matchAll(CALL)].at(-1)
  if (last === undefined || !isOpen(left.slice(last.index))) return undefined
  const { source = '', op = '' } = last.groups ?? {}
  return { source, op }
}

/** Source and name of an event as neighboring cells of a row, in either order; blanks, tabs, bars and commas part cells. */
const SOURCE_FIRST =
  /(?:^|[\s|,;"])(?<source>[a-z0-9-]{2,40}\.amazonaws\.com)["\s|,;]{1,40}(?<op>[A-Z]\w{2,79})(?=["\s|,;])/g
const NAME_FIRST =
  /(?:^|[\s|,;"])(?<op>[A-Z]\w{2,79})["\s|,;]{1,40}(?<source>[a-z0-9-]{2,40}\.amazonaws\.com)(?=["\s|,;])/g
const CALLER = /\barn:[\w-]{1,20}:(?:sts|iam)::\d{12}:(?:assumed-role|federated-user|user)\/[\w+=,.@/-]{1,600}/g

/** The call of a row that was copied out of a table of CloudTrail records without the heading. Other words name no action of the service. */
function callOfRow(left: string): RecordedCall | undefined {
  const row = left.slice(left.lastIndexOf('\n') + 1)
  if (!row.includes('.amazonaws.com')) return undefined
  const found = [...row.matchAll(SOURCE_FIRST), ...row.matchAll(NAME_FIRST)].flatMap(({ groups = {} }) => {
    const { source = '', op = '' } = groups
    const action = `${servicePrefix(source)}:${withoutVersion(op)}`
    return canonicalAction(action) === undefined ? [] : [{ source, op }]
  })
  const [call] = found
  if (call === undefined || found.some(({ op }) => op !== call.op)) return undefined
  const [caller, ...others] = new Set([...row.matchAll(CALLER)].map(([arn]) => arn))
  // A name may have commas, so that it is not certain where it ends before one.
  const isCertain = caller !== undefined && others.length === 0 && !caller.includes(',')
  return { ...call, ...(isCertain ? { caller } : {}) }
}

/** Whether the object that holds the beginning of a text is not closed in it. */
function isOpen(text: string): boolean {
  let depth = 0
  for (const c of text) {
    if (c === '{') depth++
    else if (c === '}' && --depth < 0) return false
  }
  return true
}
