/** Reads cases in a process of its own, which may run out of memory, hang or die without taking the fuzzer along. */
import { openSync, writeSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { type Fault, faultOf, inputOf, type Limits, readerNamed } from './cases.ts'

/** What is to be read: cases from one number on for so much CPU, or one input in so many forms. */
export type Task =
  | {
      readonly reader: string
      readonly seed: number
      readonly from: number
      readonly cpuSeconds: number
      readonly limits: Limits
    }
  | { readonly reader: string; readonly input: string; readonly limits: Limits }

export interface Done {
  readonly cases: number
  readonly faults: readonly (Fault & { readonly index: number })[]
}

/** After so many limits of CPU without an end, or so long without any work, the process ends itself. */
const WATCH = `
const { workerData } = require('node:worker_threads')
const state = new Float64Array(workerData)
let [seen, cpu, since] = [-1, 0, 0]
setInterval(() => {
  const { user, system } = process.cpuUsage()
  const now = (user + system) / 1e6
  if (state[0] !== seen) [seen, cpu, since] = [state[0], now, Date.now()]
  const used = now - cpu
  if (state[1] > 0 && (used > state[1] * 20 || (used < 1 && Date.now() - since > 300_000))) process.kill(process.pid, 'SIGKILL')
}, 500)
`
const state = new SharedArrayBuffer(16)
const watched = new Float64Array(state)
new Worker(WATCH, { eval: true, workerData: state, execArgv: [] }).unref()

/** Which case is read now, for whoever finds this process dead. */
const progress = openSync(process.argv[2] ?? '/dev/null', 'w')
const number = Buffer.alloc(8)

async function read(task: Task, index: number, input: Buffer): Promise<Fault | undefined> {
  number.writeDoubleLE(index)
  writeSync(progress, number, 0, 8, 0)
  watched[0] = (watched[0] ?? 0) + 1
  watched[1] = task.limits.cpuSeconds
  const fault = await faultOf(readerNamed(task.reader), input, task.limits)
  watched[1] = 0
  return fault
}

async function run(task: Task): Promise<Done> {
  if ('input' in task) {
    const fault = await read(task, 0, Buffer.from(task.input, 'base64'))
    return { cases: 1, faults: fault === undefined ? [] : [{ ...fault, index: 0 }] }
  }
  const reader = readerNamed(task.reader)
  const faults: (Fault & { readonly index: number })[] = []
  const before = process.cpuUsage()
  let index = task.from
  for (let used = 0; used < task.cpuSeconds; index++) {
    const fault = await read(task, index, inputOf(reader, task.seed, index))
    if (fault !== undefined) faults.push({ ...fault, index })
    const { user, system } = process.cpuUsage(before)
    used = (user + system) / 1_000_000
  }
  return { cases: index - task.from, faults }
}

process.on('message', (task: Task) => {
  void run(task).then((done) => process.send?.(done))
})
process.on('disconnect', () => process.exit(0))
