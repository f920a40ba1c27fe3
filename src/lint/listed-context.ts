import { globalRegionOf } from '#iam/facts/global-services.ts'
import type { KeyState } from '#iam/key-state.ts'
import { attribute, type EvaluationInput } from '#engine/evaluation-input.ts'
import { contextOf } from '#engine/context.ts'
import type { LintFinding } from './finding.ts'
import { escapePointer, isObject } from './view.ts'
import { shown } from './shown.ts'

/**
 * Values the request lists although another follows from its principal, resource or organization. The listed one is
 * evaluated (docs/json.md: "A listed value beats a derived one"), which is right only if the other facts are the wrong ones.
 */
export function listedOverridesDerived(input: EvaluationInput): LintFinding[] {
  const listed = Object.entries(input.request.context ?? {})
  if (listed.length === 0) return []
  const derived = derivedLookup(input)
  return listed.flatMap(([key, value]): LintFinding[] => {
    const state = derived(key)
    if (!contradicts(state, value)) return []
    const other = state.state === 'values' ? shown(state.values[0] ?? '') : 'that it is absent'
    return [
      {
        id: 'listed-overrides-derived',
        severity: 'warning',
        policy: '',
        pointer: `/request/context/${escapePointer(key)}`,
        message: `the listed ${shown(key)} counts, though ${other} follows from the other facts (R-CTX-03)`,
      },
    ]
  })
}

/** The context as it would be if the request listed nothing. */
function derivedLookup(input: EvaluationInput): (key: string) => KeyState {
  const { request, caller, question, resource, source, organization, policies } = input
  const { context: _, contextComplete: __, ...rest } = request
  const tags =
    question.action.service === 's3' || input.action === 'iam:PassRole' ? undefined : attribute(input, 'tags')
  return contextOf({
    request: rest,
    caller,
    action: question.action,
    resource,
    resourceAccount: source.resourceAccount,
    organization,
    resourceTags: isObject(tags) ? tags : undefined,
    // Which way a request came does not follow from anything but the keys themselves.
    throughEndpoint: false,
    hasControlLevels: source.hasControlLevels,
    readings: policies.readings,
    globalRegion: globalRegionOf(question.action),
  })
}

function contradicts(derived: KeyState, value: unknown): boolean {
  const texts = textsOf(value)
  if (texts === undefined) return false
  if (derived.state === 'absent') return texts.length > 0
  if (derived.state !== 'values') return false
  // The role's path is not known: another path is no contradiction.
  if (derived.rolePathUnknown === true && texts.length > 0) return false
  return texts.length !== derived.values.length || derived.values.some((value) => !texts.includes(value))
}

/** The values listed, none for `null`; undefined: nothing definite is listed. */
function textsOf(value: unknown): readonly string[] | undefined {
  if (value === null) return []
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'object' || value === undefined ? undefined : [String(value)]
}
