import { runTestsOf } from '#app/run-tests.ts'
import type { LoadedSnapshot } from '#app/answer-question.ts'
import { jsonText } from '#quote/json.ts'
import { snapshotDiffText } from '#report/text-snapshot-diff.ts'
import { whatCanText } from '#report/text-what-can.ts'
import { whoCanText } from '#report/text-who-can.ts'
import { PAGE } from './ask.ts'
import { COMPARED_SNAPSHOTS, TESTED, WHAT_CAN, WHO_CAN } from './fields.ts'
import { throttled } from './throttled.ts'
import type { ServedTool, WorkTool } from './tool.ts'

/** The questions that are asked of snapshots without a denial. */
export const snapshotTools = (): readonly WorkTool[] => [whoCan, whatCan, compareSnapshots, runTests]

/** The snapshots as they are loaded now. */
export const listSnapshots = (
  loaded: () => Promise<readonly LoadedSnapshot[]>,
  expectPrincipal: string | undefined,
): ServedTool => ({
  name: 'list_snapshots',
  title: 'List the snapshots',
  description:
    'The snapshots that denials and requests can be held against: the name that other tools take, when each was collected, and what of it could not be read.',
  fields: {},
  call: async () => {
    const snapshots = await loaded()
    const lines = snapshots.map(({ name, collectedAt, problems }) =>
      [`${name}, collected ${collectedAt ?? 'at a time that is not known'}`, ...problems].join('\n  '),
    )
    const none = 'No snapshot: answers say what the message alone tells. Start with `--snapshot NAME=DIR`.'
    return {
      text: lines.length === 0 ? none : lines.join('\n'),
      result: { schemaVersion: 1, snapshots, expectPrincipal: expectPrincipal ?? null },
    }
  },
})

const whoCan: WorkTool = {
  name: 'who_can',
  title: 'Who can do it',
  description:
    'Every user and role of a snapshot that may do an action on a resource, under which conditions; of whom it is not decided, and what that hangs on.',
  fields: WHO_CAN,
  work: async (args, { ask, notice }) => {
    notice('looks for who may')
    const result = (await ask.answer('who-can', args)) as Parameters<typeof whoCanText>[1]
    const question = { action: String(args['action']), resource: String(args['resource']) }
    return { text: whoCanText(question, result, PAGE), result }
  },
}

const whatCan: WorkTool = {
  name: 'what_can',
  title: 'What somebody can do',
  description:
    'What a user or role of a snapshot may do, on which resources, under which conditions, after boundary, organization and Denies; and what is not decided.',
  fields: WHAT_CAN,
  work: async (args, { ask, notice }) => {
    notice('looks for what may be done')
    const result = (await ask.answer('what-can', args)) as Parameters<typeof whatCanText>[1]
    return { text: whatCanText(String(args['principal']), result, PAGE), result }
  },
}

const compareSnapshots: WorkTool = {
  name: 'compare_snapshots',
  title: 'Compare two snapshots',
  description:
    'What changed between two snapshots, by name: which parts, what anybody may do now that nobody might before, and what was lost, each with a request that shows it.',
  fields: COMPARED_SNAPSHOTS,
  work: async (args, { ask, notice }) => {
    notice('compares what is allowed')
    const result = (await ask.answer('compare-snapshots', args)) as Parameters<typeof snapshotDiffText>[0]
    return { text: snapshotDiffText(result, PAGE), result }
  },
}

const runTests: WorkTool = {
  name: 'run_tests',
  title: 'Run access tests',
  description:
    'Hold a file of access tests against a snapshot: who must be allowed what, who must not, by which layer. An undetermined case fails and names the fact that is missing.',
  fields: TESTED,
  work: async ({ tests, snapshot }, { folders, notice }) => {
    const name = typeof snapshot === 'string' ? snapshot : undefined
    const written = typeof tests === 'string' ? tests : jsonText(tests)
    const tell = throttled(notice)
    const onCase = (done: number, all: number): void => tell(`judges case ${done} of ${all}`)
    const { text, result } = await runTestsOf(written, name, folders, onCase)
    return { text: text(PAGE), result }
  },
}
