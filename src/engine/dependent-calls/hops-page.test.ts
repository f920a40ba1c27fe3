/** docs/hops.md shows the table as it is; `UPDATE_SAMPLES=1` writes it again. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CALL_FACTS } from '#iam/call-facts.ts'
import type { DependentCall } from './dependent-call.ts'
import { JUDGED_ELSEWHERE, LEFT_OUT } from './elsewhere.ts'
import { DEPENDENT_CALLS } from './table.ts'

const PAGE = join(import.meta.dirname, '../../../docs/hops.md')

const IDS: readonly string[] = [
  ...Array.from({ length: 117 }, (_, i) => `G-${String(i + 1).padStart(2, '0')}`),
  'R-PASS-01',
]

const WHO: Readonly<Record<DependentCall['who']['kind'], string>> = {
  caller: 'caller',
  'passes-role': 'caller, passing the role',
  forwarded: 'caller, through the service',
  role: 'role',
  service: 'service',
  endpoint: 'S3 endpoint policy only',
}

const whoOf = ({ who }: DependentCall): string => {
  if (who.kind === 'forwarded') return `caller, through \`${who.by}\``
  if (who.kind === 'service') return typeof who.name === 'string' ? `\`${who.name}\`` : 'the service of the Region'
  return WHO[who.kind]
}

const code = (names: readonly string[]): string => [...new Set(names)].map((name) => `\`${name}\``).join(', ')

/** When the call needs it. The sentence of the rule is in docs/rules.md; R-PASS-01 has no sentence of its own. */
const whenOf = (call: DependentCall): readonly string[] => [
  ...(call.rule === 'R-PASS-01' ? [call.why] : []),
  ...(call.onlyIf === undefined ? [] : [`if ${call.onlyIf.fact.replace(/^whether /, '')}`]),
  ...(call.later === true ? ['later'] : []),
]

/** A row for calls that differ only in what they need, such as the topic, the queue and the function of a notification. */
const rowOf = (calls: readonly DependentCall[]): string => {
  const [first] = calls
  assert.ok(first !== undefined)
  const needs = code(calls.flatMap((call) => call.needs.flatMap((need) => need.actions)))
  const pages = [...new Set(calls.map(({ docs }) => `[AWS](${docs})`))]
  return `| ${first.rule} | ${code(first.on)} | ${needs} | ${whoOf(first)} | ${[...whenOf(first), ...pages].join(', ')} |`
}

const sameRow = (call: DependentCall): string => [call.rule, ...call.on, whoOf(call), ...whenOf(call)].join('|')

function grouped(
  calls: readonly DependentCall[],
  keyOf: (call: DependentCall) => string,
): ReadonlyMap<string, DependentCall[]> {
  const groups = new Map<string, DependentCall[]>()
  for (const call of calls) groups.set(keyOf(call), [...(groups.get(keyOf(call)) ?? []), call])
  return groups
}

const inOrder = (calls: readonly DependentCall[]): readonly DependentCall[] =>
  calls.toSorted((a, b) => IDS.indexOf(a.rule) - IDS.indexOf(b.rule))

const list = (rows: ReadonlyMap<string, string>): string =>
  IDS.flatMap((id) => {
    const text = rows.get(id)
    return text === undefined ? [] : [`| ${id} | ${text} |`]
  }).join('\n')

/** Rows of one reason, such as `iam:PassRole`, share a table of their own, without the columns that would repeat. */
const SMALLEST_TABLE = 8

const masked = (text: string): string => text.replaceAll(/`[^`]+`/g, '…')
const reasonOf = (call: DependentCall): string =>
  [call.who.kind, masked(call.why), masked(call.onlyIf?.fact ?? ''), call.later === true].join('|')

const byReason = grouped(inOrder(DEPENDENT_CALLS), reasonOf)
const shared = [...byReason.values()].filter((calls) => calls.length >= SMALLEST_TABLE)
const isShared = (call: DependentCall): boolean => shared.some((calls) => calls.includes(call))
const single = inOrder(DEPENDENT_CALLS).filter((call) => !isShared(call))

/** What a row of a shared table shows, by column. */
const cellsOf = (call: DependentCall): Readonly<Record<string, string>> => ({
  Rule: call.rule,
  'Triggered by': code(call.on),
  Needs: code(call.needs.flatMap((need) => need.actions)),
  '… is': [...new Set([call.why, call.onlyIf?.fact ?? ''].flatMap((text) => text.match(/`[^`]+`/g) ?? []))].join(', '),
  Page: `[AWS](${call.docs})`,
})

function sharedTable(calls: readonly DependentCall[]): string {
  const [first] = calls
  assert.ok(first !== undefined)
  const cells = calls.map(cellsOf)
  const values = (column: string): ReadonlySet<string> => new Set(cells.map((row) => row[column] ?? ''))
  const columns = Object.keys(cells[0] ?? {}).filter((column) => values(column).size > 1)
  const same = (column: string, before: string): string =>
    columns.includes(column) ? '' : `${before}${[...values(column)].join('')}`
  const condition = first.onlyIf === undefined ? '' : `, if ${masked(first.onlyIf.fact.replace(/^whether /, ''))}`
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  const heading = masked(first.why)
  return `### ${heading.charAt(0).toUpperCase()}${heading.slice(1)}

Made by: ${WHO[first.who.kind]}${condition}${same('Rule', '. Rule ')}${same('Needs', '. Needs ')}${same('Page', '. Page: ')}.

${[line(columns), line(columns.map(() => '---')), ...cells.map((row) => line(columns.map((column) => row[column] ?? '')))].join('\n')}`
}

const page = `# Dependent requests of a call

For contributors, and for everyone who wants to know which further permissions denytrace checks for a call.

One API call may need more permissions than the action it is named after. \`evaluate --chain\` and \`diagnose\` check the requests below, each with the policies of whoever makes it and of its own resource (R-HOP-01, R-HOP-04). [Rules](rules.md#hops) has the sentence of each id. \`R-PASS-01\` marks calls that pass a role to a service and have no id of their own.

A row applies only where the facts show it: a context key such as \`ec2:InstanceProfile\`, an attribute such as \`kmsKeyArn\` of the resource, or another resource of the scenario.

- In a recorded call, the ARNs among its parameters count too. Facts for which AWS has no condition key are in the context as ${code(Object.values(CALL_FACTS))}. A denied tagging action has ${code([CALL_FACTS.operation])} too, where the evidence shows that the call creates the resource.
- A call of EC2 is checked on each resource that its record names (R-REQ-02). Without the record, the resources of a launch are listed by type.
- If the resource is unknown, the step has the resource \`null\` and stays undetermined.
- AWS managed keys are checked only where they do not serve the caller (R-HOP-02). If a key belongs to another resource, its denial stays undetermined.

Who makes the request:

- *caller*: in the same call, with everything that applied to the call, the VPC endpoint included.
- *caller, passing the role*: \`iam:PassRole\` is no API call, so no endpoint policy and no policy of the role affects it (R-PASS-01, R-PASS-04). If the trust policy of the passed role does not allow the service, \`diagnose\` shows that as the next denial (R-ADV-16).
- *caller, through a service*: a forward access session, with the caller's layers and without the network's (R-CTX-10, R-CTX-16).
- *role*: its own policies, known from a snapshot only, and the SCPs of its account.
- a service: the resource's policy and the RCPs. Nothing else limits it (R-SVC-01).

When it applies:

- *if …*: only then, and no request or snapshot shows it. A denial leaves the step undetermined, with that fact under \`missing\`.
- *later*: after the call has returned. Its denial is in status fields, logs and events of the role or service (R-HOP-06).

## Modelled

| Rule | Triggered by | Needs | Made by | When, source |
| --- | --- | --- | --- | --- |
${[...grouped(single, sameRow).values()].map(rowOf).join('\n')}

${shared.map(sharedTable).join('\n\n')}

## Parts that are not modelled

| Rule | Not modelled |
| --- | --- |
${list(LEFT_OUT)}

## No further request

| Rule | Evaluated |
| --- | --- |
${list(JUDGED_ELSEWHERE)}
`

test('every hop of the list is modelled or judged elsewhere, and never both', () => {
  const modelled = new Set(DEPENDENT_CALLS.map((call) => call.rule))
  assert.deepEqual(
    IDS.filter((id) => modelled.has(id) === JUDGED_ELSEWHERE.has(id)),
    [],
  )
  assert.deepEqual(
    [...modelled, ...JUDGED_ELSEWHERE.keys()].filter((id) => !IDS.includes(id)),
    [],
  )
})

test('only rows that are modelled leave something out', () => {
  const modelled = new Set(DEPENDENT_CALLS.map((call) => call.rule))
  assert.deepEqual(
    [...LEFT_OUT.keys()].filter((id) => !modelled.has(id)),
    [],
  )
})

test('docs/hops.md is the table', () => {
  if (process.env['UPDATE_SAMPLES'] !== undefined) writeFileSync(PAGE, page)
  assert.equal(readFileSync(PAGE, 'utf8'), page)
})
