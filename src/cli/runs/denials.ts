import {
  explainedDenials,
  groupedDenials,
  listedDenials,
  markDenial,
  shownDenials,
  wholeDenials,
} from '#app/store/denials.ts'
import { withStore } from '#app/store/open-store.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { toJson } from '#report/json.ts'
import { groupsText, listedText, storedText } from '#report/store/text-denials.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { DENIALS_OPTIONS } from '../denials-options.ts'
import { countOption, filterOf, storeOptions } from '../store-options.ts'
import { warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof DENIALS_OPTIONS>
type Values = Args['values']

export async function runDenials({ values, files, given }: Args, io: Io): Promise<number> {
  const [what, id, state] = files
  if (what === undefined) return list(values, io)
  if (what === 'show') return show(values, given, needed(id, 'show ID'), io)
  if (what === 'mark') return mark(values, needed(id, 'mark ID fixed'), state, io)
  throw new UserError(
    'usage/not-a-value',
    `\`denials\` does not know \`${what}\``,
    'write `denials`, `denials show ID` or `denials mark ID fixed|accepted|noise`',
  )
}

function needed(id: string | undefined, usage: string): string {
  if (id !== undefined) return id
  throw new UserError('usage/missing-operand', 'the id of a denial is missing', `write \`denials ${usage}\``)
}

const isJson = ({ format }: Values): boolean => format === 'json'

async function list(values: Values, io: Io): Promise<number> {
  const filter = filterOf(values)
  const limit = countOption('--limit', values.limit, 100_000, 50)
  const by = values.by as Parameters<typeof groupedDenials>[1] | undefined
  await withStore(values.store, storeOptions(io), async (store) => {
    if (by === undefined) {
      const result = await listedDenials(store, filter, limit, values.cursor)
      io.out(isJson(values) ? toJson(result) : listedText(result.denials, io.page))
    } else {
      const result = await groupedDenials(store, by, filter)
      io.out(isJson(values) ? toJson(result) : groupsText(by, result.groups, io.page))
    }
  })
  return EXIT.ok
}

async function show(values: Values, given: ReadonlySet<string>, id: string, io: Io): Promise<number> {
  const policySource = await loadPolicySource(
    { snapshot: values.snapshot, scenario: undefined, commandLineOptions: given },
    io.stdin,
  )
  const found = await withStore(values.store, storeOptions(io), (store) => explainedDenials(store, id, policySource))
  io.out(
    isJson(values)
      ? toJson(wholeDenials(found))
      : `${storedText(found.stored, io.page)}\n${diagnosesText(shownDenials(found), io.page)}`,
  )
  warnOfProblems(io, policySource)
  return EXIT.ok
}

const STATES = ['fixed', 'accepted', 'noise'] as const

async function mark(values: Values, id: string, said: string | undefined, io: Io): Promise<number> {
  const state = STATES.find((one) => one === said)
  if (state === undefined)
    throw new UserError(
      said === undefined ? 'usage/missing-operand' : 'usage/not-a-value',
      said === undefined ? 'what to mark it as is missing' : `a denial cannot be marked \`${said}\``,
      'write `denials mark ID fixed`, `accepted` or `noise`',
    )
  const { store: url, note } = values
  const result = await withStore(url, storeOptions(io), (store) => markDenial(store, id, state, note ?? null))
  const lines = result.marked.map(
    ({ action, principalKey, resourceFamily }) => `${state}: ${action} on ${resourceFamily} by ${principalKey}\n`,
  )
  io.out(isJson(values) ? toJson(result) : lines.join(''))
  return EXIT.ok
}
