import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInThisContext } from 'node:vm'
import { build } from 'esbuild'
import { isUserError, UserError } from '../src/errors.ts'

/** The class as another file of the build has it. */
async function otherCopy(): Promise<typeof UserError> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '..', 'src', 'errors.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'copy',
  })
  const exported = runInThisContext(`(() => { ${outputFiles[0]?.text ?? ''}; return copy })()`) as {
    UserError: typeof UserError
  }
  return exported.UserError
}

test('a fault of another copy of the class is one, and what only looks like it is none', async () => {
  const Other = await otherCopy()
  assert.notEqual(Other, UserError)
  const fault = new Other('input/empty', 'it is empty', 'give more')
  assert.equal(isUserError(fault), true)
  assert.equal(fault instanceof UserError, true)
  assert.equal(new UserError('input/empty', 'it is empty', 'give more') instanceof Other, true)
  for (const other of [new Error('x'), { code: 'input/empty', hint: '' }, null, 'UserError', undefined])
    assert.equal(isUserError(other), false)
})

test('of a class that is made of it only its own are', () => {
  class Special extends UserError {}
  const plain = new UserError('input/empty', 'it is empty', 'give more')
  const special = new Special('input/empty', 'it is empty', 'give more')
  assert.deepEqual([plain instanceof Special, special instanceof Special], [false, true])
  assert.equal(isUserError(special), true)
})

test('no fault tells the password of a URL, wherever one was given', () => {
  for (const [given, told] of [
    ['there is no file `https://ann:hunter2@db.example/x`', 'there is no file `https://…@db.example/x`'],
    ['the address cannot be `https://ann:hun@ter2@db:port`', 'the address cannot be `https://…@db:port`'],
    ['`postgres://:hunter2@db` and `s3://ann:hunter2@b`', '`postgres://…@db` and `s3://…@b`'],
    ['see https://docs.aws.amazon.com/a:b', 'see https://docs.aws.amazon.com/a:b'],
    ['`postgres://ann@db.example/denials` is away', '`postgres://ann@db.example/denials` is away'],
  ] as const) {
    const { message, hint } = new UserError('input/not-found', given, given)
    assert.deepEqual([message, hint], [told, told])
  }
  const long = `https://${'a:'.repeat(100_000)}`
  assert.equal(new UserError('input/not-found', long, '').message, long)
})
