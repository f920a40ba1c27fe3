/**
 * Every script, snippet and command of a fix, generated from hostile names: run with a stand-in for the AWS CLI, read by the
 * parsers of the languages, and held against the values that went in.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { type Document, parseAllDocuments } from 'yaml'
import { filesOf } from '#app/fix.ts'
import { verifyCommands } from '#diagnose/advice.ts'
import { safeLine, safeText } from '#quote/terminal.ts'
import { hclReader, type Node, noHcl } from '../parts/hcl.ts'
import { ROOT } from '../cli/run-cli.ts'
import { A, B, hostileFix, hostilePlaces, PAYLOADS } from './hostile.ts'
import { standFor } from './stub/stand.ts'

const SEED = Number(process.env['DENYTRACE_SEED'] ?? 20261129)

/** Texts for all names: each payload in turn, or put together by chance. */
const texts: fc.Arbitrary<(i: number) => string> = fc.oneof(
  fc.nat(PAYLOADS.length).map((from) => (i: number) => PAYLOADS[(from + i) % PAYLOADS.length] ?? ''),
  fc
    .array(
      fc.array(fc.constantFrom(...PAYLOADS.filter((one) => one.length < 100), "'", '"', '\\', '$', '{', '%', '\n'), {
        minLength: 1,
        maxLength: 4,
      }),
      {
        minLength: 7,
        maxLength: 7,
      },
    )
    .map((all) => (i: number) => all[i % all.length]?.join('') ?? ''),
)

const fixOf = (text: (i: number) => string) => hostileFix(hostilePlaces(text), text(3))

function each(numRuns: number, check: (fix: ReturnType<typeof fixOf>, text: (i: number) => string) => void): void {
  fc.assert(
    fc.property(texts, (text) => check(fixOf(text), text)),
    { numRuns, seed: SEED, includeErrorInReport: true },
  )
}

const fileOf = (fix: ReturnType<typeof fixOf>, name: string): string =>
  filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} }).find(
    (one) => one.name === name,
  )?.text ?? ''

test(`fix.sh is one script for bash and dash, shows all that is in it, and starts nothing but aws (seed ${SEED})`, () => {
  each(2, (fix) => {
    const stand = standFor(fix, { '': A, b: B })
    try {
      const script = fileOf(fix, 'fix.sh')
      assert.equal(safeText(script), script, 'nothing is hidden in it')
      for (const shell of ['bash', 'dash']) {
        const { status, stderr, error } = spawnSync(shell, ['-n', join(stand.folder, 'fix.sh')], { encoding: 'utf8' })
        if (error === undefined) assert.equal(status, 0, stderr)
      }
      const ran = stand.run([`${B}=b`])
      assert.equal(ran.code, 0, ran.err)
      assert.ok(!stand.isMarked(), 'a name became a command')
      const words = stand.calls().flat()
      for (const { on, editedDocument: made } of fix.changes) {
        const name = on?.slice(Math.max(on.lastIndexOf('/'), on.lastIndexOf(':')) + 1) ?? ''
        if (made?.location.kind === 'bucket' && !name.endsWith('\n'))
          assert.ok(words.includes(name), JSON.stringify(name))
      }
    } finally {
      stand.close()
    }
  })
})

test(`each command that is printed is run as it was meant, and hides nothing (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-printed-'))
  const program = (name: string, text: string) =>
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  program('aws', `printf '%s\\0' "$@" >> '${folder}/words'`)
  program('canary', `: > '${folder}/marked'`)
  try {
    each(2, (fix) => {
      for (const { awsCli = '' } of fix.changes) {
        assert.equal(safeText(awsCli), awsCli)
        const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}` }
        const { status, stderr } = spawnSync('sh', ['-eu'], { cwd: folder, input: awsCli, env, encoding: 'utf8' })
        assert.equal(status, 0, `${stderr}\n${awsCli}`)
      }
      assert.equal(spawnSync('test', ['-e', join(folder, 'marked')]).status, 1, 'a name became a command')
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('what is printed to verify a mend is on one line, and is run as it was meant', () => {
  for (const text of PAYLOADS)
    for (const action of ['s3:GetObject', 's3:PutObject']) {
      const request = { action, resource: `arn:aws:s3:::b/${text}`, principal: 'p', context: {} }
      const commands = verifyCommands({ kind: 'aws-access-denied' } as never, [{ request } as never])
      for (const one of commands) assert.equal(safeLine(one), one)
      const script = `aws() { printf '%s' "$6"; }\ncanary() { printf marked; }\n${commands.at(-1) ?? ''}`
      const { stdout } = spawnSync('sh', ['-c', script.replaceAll('--key=', '--key ')], { encoding: 'utf8' })
      assert.equal(stdout, text)
    }
})

test(`CloudFormation is YAML with the documents that went in (seed ${SEED})`, () => {
  each(60, (fix) => {
    for (const { cloudFormation, after } of fix.changes) {
      if (cloudFormation === undefined || cloudFormation.startsWith('# Not written')) continue
      assert.equal(safeText(cloudFormation), cloudFormation)
      for (const version of ['1.1', '1.2'] as const) {
        const [parsed, ...more] = [...parseAllDocuments(cloudFormation, { version })] as Document[]
        assert.deepEqual([parsed?.errors, more], [[], []])
        const { Resources } = (parsed?.toJS() ?? {}) as { Resources: Record<string, { Properties: object }> }
        const [resource] = Object.values(Resources)
        assert.ok(
          Object.values(resource?.Properties ?? {}).some((one) => JSON.stringify(one) === JSON.stringify(after)),
          cloudFormation,
        )
      }
    }
  })
})

test(`CDK is TypeScript with the documents that went in, and does nothing else (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'denytrace-cdk-'))
  let n = 0
  each(60, (fix) => {
    for (const { cdk, after } of fix.changes) {
      if (cdk === undefined || cdk.startsWith('// Not written')) continue
      assert.equal(safeText(cdk), cdk)
      if (n < 100) writeFileSync(join(folder, `${n++}.ts`), `${cdk}\n`)
      const made: object[] = []
      function Construct(_scope: unknown, _id: string, properties: object): void {
        made.push(properties)
      }
      const construct = new Proxy({}, { get: () => Construct })
      const body = cdk.replaceAll(/^import \* as (\w+) from 'aws-cdk-lib\/aws-\w+'$/gm, 'var $1 = construct')
      runInNewContext(body, { construct })
      assert.equal(made.length, 1)
      assert.ok(
        Object.values(made[0] ?? {}).some((one) => JSON.stringify(one) === JSON.stringify(after)),
        cdk,
      )
    }
  })
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
  const files = [...Array(n).keys()].map((i) => join(folder, `${i}.ts`))
  const { status, stdout } = spawnSync(
    tsc,
    [
      '--noEmit',
      '--noCheck',
      '--noResolve',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--moduleResolution',
      'nodenext',
      '--ignoreConfig',
      ...files,
    ],
    { encoding: 'utf8', cwd: folder },
  )
  assert.equal(status, 0, stdout)
  rmSync(folder, { recursive: true, force: true })
})

test(`Terraform is resources alone, with no template and no call but jsonencode (seed ${SEED})`, {
  skip: noHcl ?? false,
}, async () => {
  const read = await hclReader()
  const all = (node: Node): readonly Node[] => [node, ...node.children.flatMap(all)]
  each(60, (fix) => {
    for (const { terraform } of fix.changes) {
      if (terraform === undefined) continue
      assert.equal(safeText(terraform), terraform)
      const tree = read(`${terraform}\n`)
      assert.ok(!tree.hasError, terraform)
      const nodes = all(tree)
      assert.deepEqual(
        nodes.filter(({ type }) => /template_(?:interpolation|directive)|heredoc/.test(type)).map(({ text }) => text),
        [],
      )
      const calls = nodes.filter(({ type }) => type === 'function_call').map(({ children }) => children[0]?.text)
      assert.deepEqual([...new Set(calls)], ['jsonencode'])
      const blocks = nodes.filter(({ type }) => type === 'block').map(({ children }) => children[0]?.text)
      assert.deepEqual([...new Set(blocks)], ['resource'])
    }
  })
})

test('what cannot be written is refused in words, in each form', () => {
  for (const [text, why] of [
    ['a\0b', /NUL/],
    ['a\ud800b', /half of a character/],
  ] as const) {
    for (const { awsCli, terraform, cloudFormation, cdk } of fixOf(() => text).changes)
      for (const one of [awsCli, terraform, cloudFormation, cdk]) if (one !== undefined) assert.match(one, why)
    assert.equal(
      fileOf(
        fixOf(() => text),
        'fix.sh',
      ),
      '',
      'a script that makes nothing is none',
    )
  }
  for (const { awsCli } of fixOf(() => 'file:///etc/passwd').changes)
    if (awsCli !== undefined && !/key-id|queue-url|-arn |-id arn/.test(awsCli))
      assert.match(awsCli, /^# no command: .*file or page|^#/)
  const resolved = fixOf(() => '{{resolve:ssm:x}}').changes.flatMap(({ cloudFormation, cdk }) => [cloudFormation, cdk])
  for (const one of resolved)
    if (one !== undefined) assert.match(one, /^(?:#|\/\/) Not written: CloudFormation would read/)
})

test('file names stay in their folder, are no options, and are not too long', () => {
  each(60, (fix) => {
    const names = filesOf({ diagnosis: { steps: [] } as never, fix }, { withTests: false, subject: {} }).map(
      ({ name }) => name,
    )
    assert.equal(new Set(names.map((name) => name.toLowerCase())).size, names.length, 'each its own')
    for (const name of names) assert.match(name, /^[A-Za-z0-9_][A-Za-z0-9._-]{0,249}$/)
  })
})
