/** One over-grant proof in a process of its own, from JSON on standard input: how long it takes cold, and the memory. */
import { readFileSync } from 'node:fs'
import { prepareScenario } from '#engine/evaluate.ts'
import type { Scenario } from '#engine/scenario.ts'
import { compareInForce } from '#prove/compare.ts'
import type { CompareOptions } from '#prove/comparison.ts'

interface Given {
  readonly old: Scenario
  readonly new: Scenario
  readonly options: CompareOptions
}

const given = JSON.parse(readFileSync(0, 'utf8')) as Given
const from = performance.now()
const { beyondIntent, newAccess, reason } = compareInForce(
  prepareScenario(given.old),
  prepareScenario(given.new),
  given.options,
)
const milliseconds = performance.now() - from
const megabytes = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ milliseconds, megabytes, newAccess, beyond: beyondIntent?.access, reason }))
