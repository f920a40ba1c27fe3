/** What deployment tools really print when AWS refuses them, run through `run`. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { denytrace, type Ran, ROOT } from './run-cli.ts'

interface Recording {
  readonly command: readonly string[]
  readonly exitCode: number
  /** In the order of the output, each once; [] where AWS refused nothing. */
  readonly denials: readonly {
    readonly principal: string | null
    readonly action: string | null
    readonly resource: string | null
    readonly layer: string | null
    readonly region?: string
    /** Where nothing says which of several calls was refused. */
    readonly candidates?: readonly string[]
    /** What stands beside the error, or in the command's own words. */
    readonly details?: Readonly<Record<string, string>>
  }[]
}

interface Told {
  readonly diagnoses: readonly {
    readonly denial: {
      readonly principal: string | null
      readonly action: string | null
      readonly resource: string | null
      readonly region: string | null
      readonly candidates: readonly { readonly action: string }[]
      readonly reported: { readonly layer: string | null }
      readonly details?: Readonly<Record<string, string | null>>
    }
  }[]
}

const RUNS = join(ROOT, 'test', 'samples', 'runs')
const folder = mkdtempSync(join(tmpdir(), 'denytrace-runs-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A program of that name that prints the recording and ends as the tool did. */
function standIn(name: string, program: string, exitCode: number): string {
  const bin = mkdtempSync(join(folder, `${name}-`))
  const file = join(bin, program)
  const of = (stream: string): string => join(RUNS, name, `${stream}.txt`)
  writeFileSync(file, `#!/bin/sh\ncat '${of('stdout')}'\ncat '${of('stderr')}' >&2\nexit ${exitCode}\n`)
  chmodSync(file, 0o755)
  return `${bin}${delimiter}${process.env['PATH'] ?? ''}`
}

const read = (name: string): Recording => JSON.parse(readFileSync(join(RUNS, name, 'run.json'), 'utf8')) as Recording

async function ran(name: string, format: string): Promise<Ran> {
  const { command, exitCode } = read(name)
  const [program = '', ...args] = command
  const path = standIn(name, program, exitCode)
  return await denytrace(['run', '--offline', '--format', format, '--', program, ...args], { env: { PATH: path } })
}

describe('a recorded run of a deployment tool', () => {
  for (const name of readdirSync(RUNS))
    test(name, async () => {
      const { exitCode, denials } = read(name)
      const { code, out, err } = await ran(name, 'json')
      assert.equal(code, exitCode)
      assert.equal(out, readFileSync(join(RUNS, name, 'stdout.txt'), 'utf8'), 'what it printed is untouched')
      const printed = readFileSync(join(RUNS, name, 'stderr.txt'), 'utf8')
      assert.ok(err.startsWith(printed))
      const more = err.slice(printed.length)
      if (denials.length === 0) {
        assert.equal(more, '', 'nothing was denied, so nothing is said')
        return
      }
      const { diagnoses } = JSON.parse(more.slice(more.indexOf('\n{'))) as Told
      const found = diagnoses.map(({ denial }, i) => {
        const { principal, action, resource, region, candidates, reported, details } = denial
        const wanted = denials[i]
        const kept = Object.keys(wanted?.details ?? {}).map((key) => [key, details?.[key] ?? null])
        return {
          principal,
          action,
          resource,
          layer: reported.layer,
          ...(wanted?.region === undefined ? {} : { region }),
          ...(wanted?.candidates === undefined ? {} : { candidates: candidates.map((one) => one.action) }),
          ...(wanted?.details === undefined ? {} : { details: Object.fromEntries(kept) as object }),
        }
      })
      assert.deepEqual(found, denials)
    })

  test('in words: one kind of refusal is told once, and what was refused beside it', async () => {
    const { err } = await ran('terraform-several', 'text')
    assert.match(err, /^Denial 1 of 2$/m)
    assert.match(err, /^ {9}the same on arn:aws:iam::111122223333:role\/irsa-b$/m)
    assert.equal(err.match(/^DENIED {3}.* can't iam:CreateRole/gm)?.length, 1)
  })

  test('in words: the role that the CDK went on without is said before any grant', async () => {
    const { err } = await ran('cdk-asset', 'text')
    const role = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-file-publishing-role-111122223333-eu-west-1'
    assert.ok(err.includes(`aws sts assume-role --role-arn ${role} --role-session-name test`), err)
    assert.ok(err.indexOf('could not assume') < err.indexOf('\nCause '), err)
  })

  test('in words: a snapshot that bears on none of them leaves them told by kind', async () => {
    const { exitCode } = read('terraform-several')
    const env = { PATH: standIn('terraform-several', 'terraform', exitCode) }
    // What a live look leaves where AWS tells the job nothing.
    const snapshot = mkdtempSync(join(folder, 'snapshot-'))
    writeFileSync(join(snapshot, 'meta.json'), '{ "collectedAt": "2026-04-27T10:00:00Z", "coverage": [] }')
    const words = ['run', '--offline', '--snapshot', snapshot, '--', 'terraform', 'apply']
    const { err } = await denytrace(words, { env })
    assert.match(err, /^Denial 1 of 2$/m)
    assert.match(err, /^ {9}the same on arn:aws:iam::111122223333:role\/irsa-b$/m)
  })
})
