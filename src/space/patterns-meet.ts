import type { Glob } from '#iam/glob.ts'
import type { ResourcePattern } from '#iam/resource.ts'
import { patternCovers, patternsApart } from './glob-relations.ts'
import { hasVariables } from './resource-classes.ts'
import { globSteps, isRun, takes } from './text-pattern.ts'

/** Whether some ARN is held by both. Variables may stand for anything. */
export function patternsMeet(a: ResourcePattern, b: ResourcePattern): boolean {
  if (a === b || a.kind === 'any' || b.kind === 'any') return a.kind !== 'never' && b.kind !== 'never'
  if (a.kind === 'never' || b.kind === 'never') return false
  if (patternCovers(a, b) || patternCovers(b, a)) return true
  if (patternsApart(a, b)) return false
  for (let i = 0; i < 5; i++) if (!globsMeet(a.head[i], b.head[i])) return false
  if (hasVariables(a) || hasVariables(b) || a.ofApi === true || b.ofApi === true) return true
  return globsMeet(a.restGlob, b.restGlob)
}

function globsMeet(a: Glob | undefined, b: Glob | undefined): boolean {
  if (a === undefined || b === undefined) return true
  if (a.kind === 'any' || b.kind === 'any') return true
  if (a.kind === 'text' && b.kind === 'text') return a.text === b.text
  return stepsMeet(globSteps(a), globSteps(b))
}

/** Both are walked at once: from every pair of places that one text can lead to. */
function stepsMeet(a: readonly number[], b: readonly number[]): boolean {
  const width = b.length + 1
  const seen = new Uint8Array((a.length + 1) * width)
  const open = [0]
  const reach = (i: number, j: number): void => {
    const at = i * width + j
    if (seen[at] === 1) return
    seen[at] = 1
    open.push(at)
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [i, j] = [Math.floor(at / width), at % width]
    const [one, two] = [a[i], b[j]]
    if (one === undefined && two === undefined) return true
    if (one !== undefined && isRun(one)) reach(i + 1, j)
    if (two !== undefined && isRun(two)) reach(i, j + 1)
    if (one === undefined || two === undefined || !takeOne(one, two)) continue
    reach(isRun(one) ? i : i + 1, isRun(two) ? j : j + 1)
  }
  return false
}

/** Whether some character is taken by both steps. */
const takeOne = (one: number, two: number): boolean => {
  if (one >= 0) return takes(two, one, false)
  return two < 0 || takes(one, two, false)
}
