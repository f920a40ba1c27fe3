import { isPolicyChange, type ChangeEvent } from '#alert/policy-change.ts'
import { callEvent } from '#intake/cloudtrail/call-event.ts'
import { recordsIn } from '#intake/cloudtrail/record.ts'
import { UserError } from '../../errors.ts'
import { readText, type Stdin } from '../files.ts'

/** Successful changes of policies in files of CloudTrail records: JSON, one document or one line for each. */
export async function changesIn(paths: readonly string[], stdin: Stdin): Promise<readonly ChangeEvent[]> {
  const all: ChangeEvent[] = []
  for (const path of paths) {
    const { name, text } = await readText(path, stdin)
    for (const value of documentsIn(text, name)) all.push(...recordsIn(value).flatMap(changeOf))
  }
  return all
}

function documentsIn(text: string, name: string): readonly unknown[] {
  try {
    return [JSON.parse(text)]
  } catch {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    try {
      return lines.map((line) => JSON.parse(line) as unknown)
    } catch {
      throw new UserError(
        'input/unreadable',
        `\`${name}\` is no JSON`,
        'give a file of a trail, or one CloudTrail record on each line',
      )
    }
  }
}

function changeOf(record: unknown): ChangeEvent[] {
  const event = callEvent(record)
  if (event === undefined || event.outcome !== 'allowed' || event.time === null) return []
  const [request] = event.requests
  const action = request?.action ?? `${event.eventSource.split('.')[0] ?? ''}:${event.eventName}`
  if (!event.isPolicyWrite && !isPolicyChange(action) && action !== 'iam:CreateRole' && action !== 'iam:CreateUser')
    return []
  const by = event.roleArn ?? event.principal
  return [
    {
      time: Date.parse(event.time),
      eventId: event.eventId,
      action,
      by,
      target: request?.resource ?? null,
      account: event.accountId,
    },
  ]
}
