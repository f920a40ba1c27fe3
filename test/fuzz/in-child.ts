import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault, Limits } from './cases.ts'
import type { Done, Task } from './child.ts'

/** A process that reads cases; it is made anew when it died. */
export class Child {
  readonly #limits: Limits
  readonly #folder = mkdtempSync(join(tmpdir(), 'denytrace-'))
  #child: ChildProcess | undefined

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** Cases of a reader from a number on, for so much CPU. What kills the process is the fault of the case that was read then. */
  cases(reader: string, seed: number, from: number, cpuSeconds: number): Promise<Done> {
    return this.#ask({ reader, seed, from, cpuSeconds, limits: this.#limits }, from)
  }

  async faultOf(reader: string, input: Buffer): Promise<Fault | undefined> {
    const { faults } = await this.#ask({ reader, input: input.toString('base64'), limits: this.#limits }, 0)
    return faults[0]
  }

  end(): void {
    this.#child?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #ask(task: Task, from: number): Promise<Done> {
    const progress = join(this.#folder, 'progress')
    const child = (this.#child ??= fork(join(import.meta.dirname, 'child.ts'), [progress], {
      execArgv: [
        '--conditions=denytrace-src',
        '--import',
        import.meta.resolve('tsx'),
        `--max-old-space-size=${this.#limits.megabytes}`,
      ],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    }))
    let errors = ''
    const hear = (text: Buffer): void => void (errors = (errors + text.toString('utf8')).slice(-20_000))
    child.stderr?.on('data', hear)
    return new Promise((resolve) => {
      const finish = (done: Done): void => {
        child.removeAllListeners('message').removeAllListeners('exit')
        child.stderr?.off('data', hear)
        resolve(done)
      }
      child.once('message', (done: Done) => finish(done))
      child.once('exit', (code, signal) => {
        this.#child = undefined
        const index = indexIn(progress, from)
        const why = errors.includes('heap out of memory') ? 'memory' : signal === 'SIGKILL' ? 'hangs' : 'dies'
        finish({ cases: index - from + 1, faults: [{ index, why, stack: `exit ${code ?? signal ?? ''}\n${errors}` }] })
      })
      child.send(task)
    })
  }
}

function indexIn(progress: string, from: number): number {
  const bytes = readFileSync(progress, { flag: 'r' })
  return bytes.length === 8 ? bytes.readDoubleLE() : from
}
