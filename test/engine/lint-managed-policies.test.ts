import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { lintPolicy } from '#lint/lint-scenario.ts'
import { preparePolicy } from '#engine/prepare.ts'
import { actionFacts } from '#iam/facts/actions.ts'
import { isService } from '#iam/facts/services.ts'
import { namesAwsWrites } from '#iam/facts/written-by-aws.ts'

const DATA = new URL('../../src/collect/data/managed-policies.txt.br', import.meta.url)

/** Path and name, version, date and document of each, a tab between them. */
const policies = brotliDecompressSync(readFileSync(DATA))
  .toString('utf8')
  .trimEnd()
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .map((line) => line.split('\t'))

const findings = policies.flatMap(([name = '', , , document = '']) =>
  lintPolicy(preparePolicy({ name, document: JSON.parse(document) }, 'identity')),
)

test('AWS has saved its own managed policies, so that none of them has an error', () => {
  assert.ok(policies.length > 1500, 'the policies were not read')
  assert.deepEqual(
    findings
      .filter(({ severity }) => severity === 'error')
      .map(({ policy, pointer, message }) => `${policy}${pointer}: ${message}`),
    [],
  )
})

test('the names held for AWS’s own are those its policies write and the reference does not have', () => {
  const written = new Set<string>()
  for (const [, , , document = ''] of policies)
    for (const statement of [JSON.parse(document).Statement].flat())
      for (const action of [statement.Action ?? statement.NotAction ?? []].flat()) {
        const [service = '', name = '*'] = String(action).toLowerCase().split(':')
        if (service !== '*' && !isService(service)) written.add(service)
        else if (!/[*?]/.test(name) && actionFacts(service, name) === undefined) written.add(`${service}:${name}`)
      }
  assert.deepEqual(namesAwsWrites().toSorted(), [...written].sort())
})

/** From the lists "AWS managed policies with this …" on the page of checks, those that the data still holds. */
// biome-ignore format: a table is read by its columns
const LISTED_BY_AWS: readonly (readonly [id: string, policy: string])[] = [
  ['Create SLR with star in resource',             'PowerUserAccess'],
  ['Create SLR with star in resource',             'aws-service-role/AWSOrganizationsServiceTrustPolicy'],
  ['Create SLR with star in action and resource',  'AdministratorAccess'],
  ['Create SLR with star in action and resource',  'IAMFullAccess'],
  ['Pass role with star in resource',              'AdministratorAccess-Amplify'],
  ['Pass role with star in action and resource',   'AdministratorAccess'],
  ['Pass role with star in action and resource',   'IAMFullAccess'],
  ['String like operator with ARN condition keys', 'AmazonSecurityLakeAdministrator'],
  ['String like operator with ARN condition keys', 'AWSCodePipeline_FullAccess'],
]

for (const [id, policy] of LISTED_BY_AWS)
  test(`${policy} has the finding that AWS lists for it: ${id}`, () => {
    assert.ok(findings.some((finding) => finding.id === id && finding.policy === policy))
  })
