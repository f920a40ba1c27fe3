import type { Check, DoctorReport } from './doctor-report.ts'
import { block, type Page, paint } from './page.ts'

const HEAD = 21

/** Report of `doctor`, a line for each thing that was looked at; what wants attention has a hint. */
export function doctorText(report: DoctorReport, page: Page): string {
  const { version, node, platform, parts, environment, snapshot, store, checks } = report
  const bad = checks.filter(({ status }) => status === 'bad').length
  const notes = checks.filter(({ status }) => status === 'note').length
  const lines = [
    ...block(page, 'denytrace', HEAD, `${version}, Node ${node.version}, ${platform}`),
    ...dataLines(report, page),
    ...parts.flatMap(({ name, where }) => block(page, name, HEAD, where ?? 'not on the PATH')),
    ...environment.flatMap(({ name, value }) => block(page, `${name} `, HEAD, value ?? 'is set')),
    ...(snapshot === null ? [] : snapshotLines(snapshot, page)),
    ...(store === null
      ? []
      : block(page, 'store', HEAD, `${store.url}, ${store.denials} denials, newest ${store.newest ?? 'none'}`)),
    '',
    ...checks.filter(({ status }) => status !== 'ok').flatMap((check) => checkLines(check, page)),
    bad === 0 && notes === 0 ? paint(page, 'green', 'Nothing is wrong.') : `${bad} wrong, ${notes} to know.`,
  ]
  return `${lines.join('\n')}\n`
}

const dataLines = ({ data }: DoctorReport, page: Page): string[] =>
  [['service data', data.services] as const, ['managed policies', data.managedPolicies] as const].flatMap(
    ([head, { source, version, date }]) => block(page, head, HEAD, `${source} ${version}, ${date}`),
  )

function snapshotLines(snapshot: NonNullable<DoctorReport['snapshot']>, page: Page): string[] {
  const { folder, collectedAt, accounts, principals, policies, resources, gaps } = snapshot
  const counts = `${accounts.collected} of ${accounts.known} accounts, ${principals} principals, ${policies} control policies, ${resources} resources`
  const known = gaps.length === 0 ? 'everything that its meta.json speaks of is whole' : `${gaps.length} parts are not`
  return [
    ...block(page, 'snapshot', HEAD, folder),
    ...block(page, '  collected', HEAD, collectedAt ?? 'not said'),
    ...block(page, '  holds', HEAD, counts),
    ...block(page, '  coverage', HEAD, known),
  ]
}

function checkLines({ name, status, text, hint }: Check, page: Page): string[] {
  const mark = status === 'bad' ? paint(page, 'red', 'wrong') : paint(page, 'yellow', 'note ')
  return [
    ...block(page, '', 0, `${name}: ${text}`).map((line, i) => (i === 0 ? `${mark}  ${line}` : `       ${line}`)),
    ...(hint === undefined ? [] : block(page, '       ', 7, hint)),
  ]
}
