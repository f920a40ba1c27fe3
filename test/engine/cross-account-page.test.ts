/** docs/cross-account.md shows the table as it is; `UPDATE_SAMPLES=1` writes it again. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { evaluate } from '#engine/evaluate.ts'
import { CROSS_ACCOUNT_TABLE, type CrossAccountRow } from '#engine/services/cross-account-table.ts'
import { actionsOf } from '#iam/facts/actions.ts'

const PAGE = new URL('../../docs/cross-account.md', import.meta.url)

const names = (listed: readonly string[] = []): string =>
  listed.length === 0 ? '–' : listed.map((name) => (name === '*' ? 'all others' : `\`${name}\``)).join(', ')

const givenBy = ({ gives, anonymous = [] }: CrossAccountRow): string =>
  anonymous.length === 0 ? names(gives) : `${names(anonymous)} to anonymous callers alone`

const rowOf = (row: CrossAccountRow): string => {
  const { prefix, types, never, open, page } = row
  const service = `\`${prefix}\`${types === undefined ? '' : `: ${types.map((type) => `\`${type}\``).join(', ')}`}`
  return `| ${service} | ${givenBy(row)} | ${names(never)} | ${names(open)} | [AWS](${page}) |`
}

const table = CROSS_ACCOUNT_TABLE.toSorted((a, b) => a.prefix.localeCompare(b.prefix))
  .map(rowOf)
  .join('\n')

const text = `# What a resource policy can give another account

For everyone who wants to grant access to another account.

A resource-based policy cannot open every action of its service to other accounts. A backup vault, for example, gives other
accounts \`backup:CopyIntoBackupVault\` and nothing else, whatever its policy says. This table lists what AWS's pages say, service by
service (R-OTH-23).

- **Gives**: the policies decide as usual. The caller's own account must allow the call too (R-XACC-01).
- **Never**: the call is denied for every other account, and for anonymous callers. No policy change fixes that. Make the call from the
  account that owns the resource, for example with a role there that the caller may assume.
- **Not settled**: the page does not say. Across accounts the answer is *undetermined*, never *allowed*. Actions that no column names, and
  services without a row, are not settled either.

Calls within one account are not affected. A role's trust policy has [rules of its own](services/sts.md). Shares of AWS RAM are in no
policy (R-XACC-06).

| Service | Gives | Never | Not settled | Page |
| --- | --- | --- | --- | --- |
${table}
`

describe('docs/cross-account.md', () => {
  it('is the table', () => {
    if (process.env['UPDATE_SAMPLES'] !== undefined) writeFileSync(PAGE, text)
    assert.equal(readFileSync(PAGE, 'utf8'), text)
  })
})

describe('the table of what resource policies give other accounts (R-OTH-23)', () => {
  it('names only actions that the service has', () => {
    for (const { prefix, gives, never, open = [], anonymous = [] } of CROSS_ACCOUNT_TABLE) {
      const known = new Set(actionsOf(prefix).map((name) => name.toLowerCase()))
      for (const name of [...gives, ...never, ...open, ...anonymous].filter((one) => !one.includes('*')))
        assert.ok(known.has(name.toLowerCase()), `${prefix}:${name}`)
    }
  })

  it('has no action in two columns and one default at most', () => {
    for (const { prefix, gives, never, open = [] } of CROSS_ACCOUNT_TABLE) {
      const all = [...gives, ...never, ...open]
      assert.equal(new Set(all).size, all.length, prefix)
    }
  })

  it('allows nothing across accounts that no page names', () => {
    for (const service of ['iot', 'schemas', 'lex', 'newservice']) {
      const { decision, missing } = evaluate({
        request: {
          principal: 'arn:aws:iam::111122223333:user/ann',
          action: `${service}:DoThing`,
          resource: `arn:aws:${service}:eu-west-1:444455556666:thing/t`,
          actionExists: true,
          contextComplete: true,
        },
        policies: {
          complete: true,
          identityPolicies: [{ name: 'i', document: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }],
          resourcePolicy: {
            name: 'r',
            document: {
              Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: '*', Resource: '*' }],
            },
          },
        },
      })
      assert.deepEqual(
        [decision, missing.map(({ fact }) => fact)],
        ['undetermined', ['whether a resource policy can give this action to another account']],
        service,
      )
    }
  })
})
