import type { AccountAccess } from './account-access.ts'
import type { AccountRegion, Collector, Found } from './collector.ts'
import { startReading } from './outcome.ts'
import { type Part, safeName } from './part.ts'

/** Resources of a service in a Region (or all, where AWS lists them at once), as files of `resources/<service>/`. */
export async function readResources(access: AccountAccess, collector: Collector, region: string): Promise<Part> {
  const { account, partition } = access
  const list = startReading()
  const place: AccountRegion = { access, account, partition, region, list }
  const folder = `accounts/${account}/resources/${collector.service}`
  const files = new Map<string, unknown>()
  const incomplete: { file: string; why: readonly string[] }[] = []
  for await (const found of collector.collect(place)) {
    const file = fileFor(folder, found.arn, files)
    files.set(file, resource(account, found))
    if (found.unread.length > 0) incomplete.push({ file, why: found.unread })
  }
  const state = list.unread.length === 0 ? 'complete' : files.size > 0 ? 'partial' : 'missing'
  const why = list.unread.map((reason) => (collector.scope === 'region' ? `${region}: ${reason}` : reason))
  return { part: folder, files, state, why, incomplete }
}

/** Resource as a file of `resources/<service>/`: what else is in the folder is not known. */
export async function readResource(
  access: AccountAccess,
  collector: Collector,
  region: string,
  arn: string,
): Promise<Part> {
  const { account, partition } = access
  const list = startReading()
  const place: AccountRegion = { access, account, partition, region, list }
  const folder = `accounts/${account}/resources/${collector.service}`
  const [call = collector.service] = collector.one?.actions ?? []
  const found = await list.ask(call, async () => collector.one?.read(place, arn))
  const files = new Map<string, unknown>()
  if (found === undefined || found === null)
    return {
      part: folder,
      files,
      state: 'missing',
      why: list.unread.length > 0 ? list.unread : [`${arn} is not there`],
    }
  const file = fileFor(folder, found.arn, files)
  files.set(file, resource(account, found))
  const incomplete = found.unread.length === 0 ? [] : [{ file, why: found.unread }]
  return {
    part: folder,
    files,
    state: 'partial',
    why: [`of ${collector.service} only what a denial is about was read`],
    incomplete,
  }
}

/** A policy that could not be read is left out: unknown, never "none". */
const resource = (account: string, { arn, kind, policy, attributes }: Found): unknown => ({
  arn,
  account,
  kind,
  ...(policy === undefined ? {} : { policy }),
  attributes: Object.fromEntries(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))),
})

/** Named by Region and resource, so that the same resource has the same file every day. */
function fileFor(folder: string, arn: string, taken: ReadonlyMap<string, unknown>): string {
  const [, , , region = '', , ...rest] = arn.split(':')
  const name = safeName([region, ...rest].filter((part) => part !== '').join('--'))
  for (let i = 1; ; i++) {
    const file = `${folder}/${name}${i === 1 ? '' : `--${i}`}.json`
    if (!taken.has(file)) return file
  }
}
