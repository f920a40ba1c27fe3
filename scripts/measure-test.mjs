// Loaded into each process of npm test before its file, also the one that holds what files share: as it ends, it writes down
// what it, and the programs that it started and waited for, took of the processors. One line: the seconds, and the file.
import { appendFileSync, readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const { TEST_TAKEN, NODE_TEST_CONTEXT } = process.env
// The runner itself is not a file; the variable is only set in what it starts.
const isFile = NODE_TEST_CONTEXT !== undefined || process.argv[1]?.endsWith('share-parts.mjs') === true
if (TEST_TAKEN !== undefined && isFile && isMainThread)
  process.once('exit', () => appendFileSync(TEST_TAKEN, `${secondsOfProcessors().toFixed(1)} ${process.argv[1]}\n`))

/** Node knows of itself alone; where Linux tells it, with all children. */
function secondsOfProcessors() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6 + secondsOfChildren()
}

function secondsOfChildren() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8')
    // Behind the name, which may hold anything: the state, then numbers; ticks are hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[13]) + Number(fields[14])) / 100
  } catch {
    return 0
  }
}
