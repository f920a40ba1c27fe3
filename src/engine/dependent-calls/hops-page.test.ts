/** docs/hops.md shows the table as it is; `UPDATE_SAMPLES=1` writes it anew. */
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
  ...Array.from({ length: 116 }, (_, i) => `G-${String(i + 1).padStart(2, '0')}`),
  'R-PASS-01',
]

const WHO: Readonly<Record<DependentCall['who']['kind'], string>> = {
  caller: 'the caller, in the same call',
  'passes-role': 'the caller, who passes the role',
  forwarded: 'the caller, forwarded',
  role: 'the role',
  service: 'the service',
  endpoint: 'the S3 endpoint policy only',
}

const whoOf = ({ who }: DependentCall): string => {
  if (who.kind === 'forwarded') return `the caller, through \`${who.by}\``
  if (who.kind === 'service') return typeof who.name === 'string' ? `\`${who.name}\`` : 'the service of the Region'
  return WHO[who.kind]
}

const code = (names: readonly string[]): string => [...new Set(names)].map((name) => `\`${name}\``).join(', ')

const rowOf = (call: DependentCall): string =>
  `| ${call.rule} | ${code(call.on)} | ${code(call.needs.flatMap((need) => need.actions))} | ${whoOf(call)} | ${call.why}${call.onlyIf === undefined ? '' : ` (if ${call.onlyIf.fact.replace(/^whether /, '')})`}${call.later === true ? ' (later)' : ''} ([AWS](${call.docs})) |`

const inOrder = (calls: readonly DependentCall[]): readonly DependentCall[] =>
  calls.toSorted((a, b) => IDS.indexOf(a.rule) - IDS.indexOf(b.rule))

const list = (rows: ReadonlyMap<string, string>): string =>
  IDS.flatMap((id) => {
    const text = rows.get(id)
    return text === undefined ? [] : [`| ${id} | ${text} |`]
  }).join('\n')

const page = `# Hops

One API call may need more than the action it is named after. These are the further requests that denytrace looks at, with \`evaluate --chain\` and in a diagnosis, each judged in full with the policies of whoever makes it and of its own resource (R-HOP-01, R-HOP-04). The sentence for each id stands in [rules](rules.md#hops); \`R-PASS-01\` stands for calls that hand a role to a service and have no id of their own.

A row speaks only where the facts show it: a context key such as \`ec2:InstanceProfile\`, an attribute such as \`kmsKeyArn\` of the resource, or another resource of the scenario: a key, a role, a bucket, a function. Nothing is guessed. A denial of a recorded call is about the ARNs among the parameters of that call too, and about the keys, buckets and images they name otherwise; what else of such a call a row needs, and no condition key of AWS's holds, stands in the context as ${code(Object.values(CALL_FACTS))}. A call of EC2's is judged on each of the resources that its record names (R-REQ-02): a launch on instance, image, subnet, security groups, key pair, volumes and network interfaces. Those that the denial does not name stand among what the same call also needs; of a launch whose record is not at hand they are named by their types. Where it is known that there is a resource, but not which, the step has the resource \`null\` and stays open: so the role of a call that cannot be made without one. AWS managed keys are asked for only where they do not serve the caller (R-HOP-02). A key among the resources that another of them has is perhaps no key of the call, so that what it refuses is left open.

- *The caller, in the same call*: all that was in force for the call stays, the VPC endpoint included.
- *The caller, who passes the role*: \`iam:PassRole\` is no API call; no endpoint policy and no policy of the role bears on it (R-PASS-01, R-PASS-04). Where the trust policy of the passed role was read and does not let the service assume it, \`diagnose\` shows that denial as the next one (R-ADV-16).
- *The caller, through a service*: a forward access session, with the caller's layers and without the network's (R-CTX-10, R-CTX-16).
- *The role*: its own policies, known from a snapshot only, and the service control policies of its account.
- *A service*: the resource's policy and the resource control policies; nothing else limits it (R-SVC-01).
- *(if …)*: it is asked for only where that is so, which no request and no snapshot shows. What would refuse it leaves the step undetermined, with that fact under \`missing\`.
- *(later)*: it runs after the call has returned, so that its denial is found in status fields, logs and events of the role or service (R-HOP-06).

## Modelled

| Rule | Set off by | Asks for | As | Because |
| --- | --- | --- | --- | --- |
${inOrder(DEPENDENT_CALLS).map(rowOf).join('\n')}

## Left out of these

| Rule | What, or why |
| --- | --- |
${list(LEFT_OUT)}

## No further request

| Rule | Judged |
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
