import { existsSync } from 'node:fs'
import { lookedUpEvents } from '#app/lookup.ts'
import { countedRowsOf } from '#app/store/denials.ts'
import { defaultStore, withStore } from '#app/store/open-store.ts'
import { recordsOfPaths } from '#app/store/records-of-paths.ts'
import { sightingOf, sightingsOf, sightingsOfAllowed } from '#app/store/sightings.ts'
import { timeOption } from '#app/store/since.ts'
import { laterDenials, readVerifyInputs, targetsOfRows, type VerifyInputs, verified } from '#app/store/verify.ts'
import { loadPolicySource } from '#app/policy-source.ts'
import { toJson } from '#report/json.ts'
import { verifiedText } from '#report/store/text-history.ts'
import { awsSettings } from '../aws-options.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import { startProgress } from '../progress.ts'
import { countOption, storeOptions } from '../store-options.ts'
import { promptForPaste } from '../tell.ts'
import type { VERIFY_OPTIONS } from '../verify-options.ts'
import { warn, warnOfProblems } from '../warn.ts'

type Args = Arguments<typeof VERIFY_OPTIONS>
type Values = Args['values']

const EXITS = { confirmed: EXIT.ok, 'still-denied': EXIT.bad, 'no-evidence': EXIT.undetermined } as const

export async function runVerify({ values, files, given }: Args, io: Io): Promise<number> {
  const policySource = await loadPolicySource(
    { snapshot: values.snapshot, scenario: undefined, commandLineOptions: given },
    io.stdin,
  )
  const after = values.after === undefined ? undefined : timeOption('--after', values.after, Date.now())
  const { denial } = values
  if (denial === undefined) promptForPaste(io, files)
  const paths = files.length > 0 || denial !== undefined ? files : ['-']
  const read = await readVerifyInputs(paths, policySource, io.stdin, denial !== undefined)
  const stored = await fromStore(values, read, io, async (rows) => targetsOfRows(rows, policySource))
  const targets = [...read.targets, ...stored.targets]
  const sightings = [
    ...read.sightings,
    ...stored.sightings,
    ...sightingsOf(await recordsOfPaths(values.events, io.stdin, (text) => warn(io, text))),
    ...sightingsOf(values.lookup ? await askCloudTrail(values, targets, io) : []),
  ]
  const answer = verified({ targets, sightings }, after, denial)
  io.out(values.format === 'json' ? toJson(answer) : verifiedText(answer, io.page))
  warnOfProblems(io, policySource)
  return EXITS[answer.status]
}

/** The denial that is named, and what came of all that is looked for; nothing where there is no store. */
async function fromStore(
  { store: url, denial }: Values,
  read: VerifyInputs,
  io: Io,
  targetsOf: (rows: Awaited<ReturnType<typeof countedRowsOf>>) => Promise<VerifyInputs['targets']>,
): Promise<VerifyInputs> {
  const usual = defaultStore(io.env).slice('duckdb:'.length)
  if (denial === undefined && url === undefined && !existsSync(usual)) return { targets: [], sightings: [] }
  return withStore(url, storeOptions(io), async (store) => {
    const targets = denial === undefined ? [] : await targetsOf(await countedRowsOf(store, denial))
    const later = await laterDenials(store, [...read.targets, ...targets])
    return { targets, sightings: [...later.flatMap(sightingOf), ...sightingsOfAllowed(await store.allowed())] }
  })
}

async function askCloudTrail(values: Values, targets: VerifyInputs['targets'], io: Io): Promise<readonly unknown[]> {
  const hours = countOption('--hours', values.hours, 2160, 24)
  const names = new Set(targets.flatMap(({ operation }) => operation ?? []))
  const progress = startProgress(io, 'lookup')
  const tell = (events: number): void => progress.tell(events, 0, `events of the last ${hours} hours`)
  const records: unknown[] = []
  try {
    for (const name of names) records.push(...(await lookedUpEvents(awsSettings(values), name, hours, tell)))
  } finally {
    progress.end()
  }
  return records
}
