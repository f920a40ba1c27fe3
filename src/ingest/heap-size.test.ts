import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

/** Makes garbage that has grown old, beside as much that is held, and says how large the heap came to be: in megabytes. */
const SCRIPT = `
import { getHeapStatistics } from 'node:v8'
import { keepHeapSmall } from '${new URL('heap-size.ts', import.meta.url).href}'
if (process.argv[1] === 'small') keepHeapSmall()
const object = (i) => Array.from({ length: 100 }, () => i)
const held = Array.from({ length: 25_000 }, (_, i) => object(i))
let most = 0
for (let round = 0; round < 12; round++) {
  for (let i = 0; i < held.length; i++) held[i] = object(i)
  most = Math.max(most, getHeapStatistics().used_heap_size)
}
console.log(most / 1e6)`

function peak(how: string): number {
  const args = ['--import', 'tsx', '--input-type=module', '-e', SCRIPT, how]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  assert.ok(Number(stdout) > 20, stderr)
  return Number(stdout)
}

test('garbage grows old no longer than is worth it', () => {
  const usual = peak('usual')
  const small = peak('small')
  assert.ok(small < usual * 0.8, `${small} MB, ${usual} MB by V8's own settings`)
})
