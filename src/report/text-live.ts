import { safeLine } from '#quote/terminal.ts'
import { nameOfResource } from './diagnosis/names.ts'

/** The read from AWS as the walk gives it. */
interface Live {
  readonly caller: string
  readonly calls: number
  readonly read: readonly string[]
  readonly refused: readonly { readonly call: string; readonly why: string }[]
}

const MOST_NAMED = 6

/** Lines of a live look: what was read and with whose eyes, and what AWS refused to tell. */
export function liveText({ caller, calls, read, refused }: Live): readonly string[] {
  const names = read.slice(0, MOST_NAMED).map(nameOfResource)
  const more = read.length > MOST_NAMED ? ` and ${read.length - MOST_NAMED} more` : ''
  const what = names.length === 0 ? 'nothing that bears on it could be read' : `read ${names.join(', ')}${more}`
  const missing = [...new Set(refused.map(({ call }) => call))].toSorted()
  return [
    safeLine(
      `${what}, as ${nameOfResource(caller)} of account ${caller.split(':')[4] ?? '?'} sees it (${calls} calls)`,
    ),
    ...(missing.length === 0 ? [] : [safeLine(`not read, so unknown: ${missing.join(', ')}`)]),
  ]
}
