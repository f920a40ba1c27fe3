import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { allRegions, isRegion } from './regions.ts'

const FILE = new URL(
  '../../../node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js',
  import.meta.url,
)

interface Partitions {
  readonly partitionsInfo: { readonly partitions: readonly { readonly regions: Readonly<Record<string, unknown>> }[] }
}

it('the Regions are those that AWS’s SDK knows', {
  skip: !existsSync(FILE) && 'the SDK keeps them elsewhere',
}, async () => {
  const { partitionsInfo } = (await import(FILE.href)) as Partitions
  const listed = partitionsInfo.partitions.flatMap(({ regions }) => Object.keys(regions))
  assert.deepEqual(allRegions().toSorted(), listed.filter((code) => !code.endsWith('-global')).toSorted())
})

it('a Region is one by its exact code', () => {
  for (const code of ['eu-central-1', 'us-gov-east-1', 'eusc-de-east-1', 'cn-north-1']) assert.ok(isRegion(code), code)
  for (const code of ['', 'eu-west-9', 'EU-WEST-1', 'eu-west-1a', 'aws-global', 'Ireland'])
    assert.ok(!isRegion(code), code)
})
