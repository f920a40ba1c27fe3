import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { denytrace, type Ran, ROOT } from '../cli/run-cli.ts'
import type { Incident, Job } from './enforcing-aws/incidents.ts'
import { type Env, type StartedWorld, startWorld } from './enforcing-aws/world.ts'
import { noAws, noMoto } from './moto.ts'

const folder = mkdtempSync(join(tmpdir(), 'denytrace-end-to-end-'))

/** From the job that fails to the job that succeeds, with nothing at hand but credentials, and no file edited by hand. */
export const mendedAndConfirmed = (incidents: readonly Incident[]): Promise<void> =>
  describe('a job that is refused, mended and confirmed', { skip: noMoto ?? noAws ?? false }, () => {
    let started: StartedWorld

    before(async () => {
      started = await startWorld()
    })
    after(() => {
      started?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    for (const [i, incident] of incidents.entries())
      test(`${incident.name} (${incident.layer})`, async () => {
        const name = `job-${i + 1}`
        const { aws, world } = started
        const env = await started.build(incident, name)
        const admin = started.adminOf(incident.mendedIn ?? 'member')
        const job = incident.job(world)
        const jobEnv = incident.runWith === undefined ? env : { ...env, AWS_CONFIG_FILE: readerProfile(admin) }
        // With the credentials of the job, which may read nothing of IAM: what it cannot see stays unknown.
        const first = aws.needed.length
        const refused = await denytrace(['run', ...(incident.runWith ?? []), '--', ...commandOf(job)], { env: jobEnv })
        assert.notEqual(refused.code, 0, `the job is refused\n${refused.out}${refused.err}`)
        assert.match(refused.err, /^DENIED /m)
        const log = join(folder, `${name}.log`)
        // As `set -x` and most CI systems log a command.
        const line = job.by === 'cli' ? `+ ${commandOf(job).join(' ')}\n` : ''
        writeFileSync(log, line + refused.out + refused.err)
        const out = join(folder, name)
        const needed = aws.needed.slice(first)
        const caller = needed[0]?.caller
        const others = (): ReturnType<typeof aws.accessOfOthers> =>
          aws.accessOfOthers(
            caller?.roleArn ?? caller?.arn ?? '',
            needed.filter((one) => one.caller.arn === caller?.arn).map((one) => one.needed),
          )
        const accessBefore = await others()
        const live = ['--live', ...(incident.fixedWith ?? [])]
        const fixed = await denytrace(['fix', log, ...live, '--out', out], { env: admin })
        const told = `${refused.err}\n${fixed.out}${fixed.err}`
        assert.equal(fixed.code, incident.opensMore === true ? 1 : 0, told)
        const mended = await run('sh', [join(out, 'fix.sh')], admin)
        assert.equal(mended.code, 0, `${told}${mended.out}${mended.err}`)
        const before = aws.trail.length
        const again = await denytrace(['run', '--', ...commandOf(job)], { env })
        assert.equal(again.code, 0, `${told}${mended.out}${again.out}${again.err}`)
        const after = aws.trail.length
        assert.deepEqual(await others(), accessBefore, `somebody else gained or lost access\n${told}`)
        const now = await denytrace(['diagnose', log, ...live], { env: admin })
        assert.match(now.out, /^ALLOWED NOW/m, `${told}${now.err}`)
        assert.equal(now.code, 0, `${now.out}${now.err}`)
        if (incident.staysDenied !== undefined) {
          const [program = '', ...args] = commandOf(incident.staysDenied(world))
          assert.notEqual((await run(program, args, env)).code, 0, `the fix opens more than the call\n${told}`)
        }
        const trail = join(folder, `${name}-trail.json`)
        writeFileSync(trail, JSON.stringify({ Records: aws.trail.slice(before, after) }))
        const verified = await denytrace(['verify', log, '--events', trail], { env: admin })
        assert.equal(verified.code, 0, `${told}${verified.out}${verified.err}`)
      })
  })

/** A configuration whose profile `reader` has the credentials of an administrator. */
function readerProfile(admin: Env): string {
  const file = join(folder, 'reader.ini')
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((name) => `${name.toLowerCase()} = ${admin[name]}\n`)
  writeFileSync(file, `[profile reader]\n${keys.join('')}`)
  return file
}

const commandOf = ({ by, args }: Job): readonly string[] => [
  { cli: 'aws', python: 'python3', node: process.execPath }[by],
  ...args,
]

function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...env } })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString('utf8')))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out, err }))
  })
}
