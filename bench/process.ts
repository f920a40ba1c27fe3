import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** A whole process: medians over its runs. */
export interface ProcessFigure {
  readonly wallMilliseconds: number
  /** The highest peak of resident memory of any run; undefined where the system does not tell (outside Linux). */
  readonly peakMegabytes: number | undefined
}

/** A command line of Node's, or of another program. */
export interface Command {
  readonly args: readonly string[]
  readonly program?: string
  /** What is to be made ready before each run; it is not timed. */
  readonly before?: () => void
}

/** Runs the command lines in turn, so that whatever else the machine does meets all of them alike; the first round is dropped. */
export async function interleavedProcesses(
  commands: readonly (readonly string[] | Command)[],
  rounds: number,
): Promise<readonly ProcessFigure[]> {
  const walls = commands.map((): number[] => [])
  const peaks = commands.map((): number[] => [])
  for (let round = 0; round <= rounds; round++)
    for (const [i, command] of commands.entries()) {
      const { wall, peak } = await runOnce('args' in command ? command : { args: command })
      if (peak !== undefined) peaks[i]?.push(peak)
      if (round > 0) walls[i]?.push(wall)
    }
  return commands.map((_, i) => {
    const sorted = (walls[i] ?? []).toSorted((a, b) => a - b)
    const high = peaks[i] ?? []
    return {
      wallMilliseconds: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      peakMegabytes: high.length === 0 ? undefined : Math.max(...high),
    }
  })
}

interface Run {
  readonly wall: number
  readonly peak: number | undefined
}

function runOnce({ args, program = process.execPath, before }: Command): Promise<Run> {
  before?.()
  return new Promise((resolve, reject) => {
    const from = performance.now()
    const child = spawn(program, args, { stdio: 'ignore' })
    let peak: number | undefined
    // The kernel keeps the peak itself; it is gone when the process is, so it is read until then.
    const look = setInterval(() => (peak = peakOf(child.pid) ?? peak), 5)
    child.on('error', reject)
    child.on('exit', (code) => {
      clearInterval(look)
      if (code === 0) resolve({ wall: performance.now() - from, peak })
      else reject(new Error(`\`${program} ${args.join(' ')}\` ended with ${code}`))
    })
  })
}

function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const line = status.slice(status.indexOf('VmHWM:') + 6)
    return status.includes('VmHWM:') ? Number.parseInt(line, 10) / 1024 : undefined
  } catch {
    return undefined
  }
}
