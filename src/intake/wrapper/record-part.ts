/** The two stand beside each other in every record; a Lambda function's own events have `aws:sqs` and the like as source. */
const CALL =
  /"eventSource"\s{0,3}:\s{0,3}"(?<source>[a-z0-9.-]{2,60}\.amazonaws\.com)",\s{0,80}"eventName"\s{0,3}:\s{0,3}"(?<op>\w{2,80})"/g

/** The call of a CloudTrail record of which only a part was pasted: no JSON, so that it is read as text (R-MSG-15i). */
export function callOfRecord(left: string): { readonly source: string; readonly op: string } | undefined {
  if (!left.includes('"eventName"')) return undefined
  const last = [...left.matchAll(CALL)].at(-1)
  if (last === undefined || !isOpen(left.slice(last.index))) return undefined
  const { source = '', op = '' } = last.groups ?? {}
  return { source, op }
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
