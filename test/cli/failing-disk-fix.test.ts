/** A disk that fails at each write of a command: the error is clear, the old is intact or the new is whole, and a later run repairs it: fixes. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeNewTexts } from '#app/files.ts'
import { base, everyFault, faultOf, fresh, holdsOf, type Writing } from './every-fault.ts'
import { EXAMPLE, ROOT, type Ran } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

const isPartOf = (texts: Readonly<Record<string, string>>, found: unknown): boolean =>
  Object.entries(found as object).every(([name, text]) => texts[name] === text)

test('fix --out: every file is whole, and what could not be written is said', async () => {
  const writing: Writing = {
    before: () => undefined,
    run: (folder) =>
      denytraceInside([
        'fix',
        join(ROOT, EXAMPLE, 'denial.json'),
        '--snapshot',
        join(ROOT, EXAMPLE, 'snapshot'),
        '--out',
        join(folder, 'fix'),
      ]),
    look: async (folder) => holdsOf(join(folder, 'fix')),
  }
  const whole = fresh(writing)
  await writing.run(whole)
  const texts = holdsOf(join(whole, 'fix'))
  await everyFault({ ...writing, isElse: (found) => isPartOf(texts, found) }, 8, ['ENOSPC'])
  // The same writing without the diagnosis before it.
  const run = async (folder: string): Promise<Ran> => {
    try {
      writeNewTexts(join(folder, 'fix'), new Map(Object.entries(texts)))
      return { code: 0, out: '', err: '' }
    } catch (error) {
      return faultOf(error)
    }
  }
  await everyFault({ ...writing, run, isElse: (found) => isPartOf(texts, found) }, 8, ['EIO', 'EACCES'])
})

test('fix --out writes over nothing that says something else, and through no link', async () => {
  const fixInto = (out: string) =>
    denytraceInside([
      'fix',
      join(ROOT, EXAMPLE, 'denial.json'),
      '--snapshot',
      join(ROOT, EXAMPLE, 'snapshot'),
      '--out',
      out,
    ])
  const [first, theirs, linked] = ['first', 'theirs', 'linked'].map((name) => join(base, name))
  assert.equal((await fixInto(first ?? '')).code, 0)
  assert.equal((await fixInto(first ?? '')).code, 0, 'the same again changes nothing')
  writeFileSync(join(first ?? '', 'fix.json'), 'mine')
  const before = holdsOf(first ?? '')
  const over = await fixInto(first ?? '')
  assert.equal(over.code, 3)
  assert.match(over.err, /^output\/not-written: .*fix\.json` is there already, and holds something else\nhint: /)
  assert.deepEqual(holdsOf(first ?? ''), before)

  writeFileSync(theirs ?? '', 'theirs')
  mkdirSync(linked ?? '')
  symlinkSync(theirs ?? '', join(linked ?? '', 'fix.json'))
  const through = await fixInto(linked ?? '')
  assert.equal(through.code, 3)
  assert.match(through.err, /^output\/not-written: .*fix\.json` is a symbolic link, and links are not followed\nhint: /)
  assert.equal(readFileSync(theirs ?? '', 'utf8'), 'theirs')
  assert.deepEqual(readdirSync(linked ?? ''), ['fix.json'])
})
