import { findGuide, guideGroups, guideMarkdown, guidePages, guideResult, jsonPage } from '#app/guide.ts'
import { explainedDenials, groupedDenials, listedDenials, shownDenials, wholeDenials } from '#app/store/denials.ts'
import { withStore } from '#app/store/open-store.ts'
import { timeOption } from '#app/store/since.ts'
import type { loadPolicySource } from '#app/policy-source.ts'
import { groupsText, listedText, storedText } from '#report/store/text-denials.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { guideListText } from '#report/text-guide.ts'
import type { OfferedPage, Tool } from './tool.ts'
import { count, is, oneOf, SHOWN, string } from '#schemas/described.ts'
import { GROUPED_BY as BY } from '#schemas/stored.ts'
import { answerOf, PAGE } from './ask.ts'
import { PART } from './fields.ts'

export interface StoreAccess {
  /** Left out: the default store. */
  readonly url: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly subject: () => ReturnType<typeof loadPolicySource>
  /** Steps of work that one denial's fixes may cost; undefined: as many as usual. */
  readonly budget: number | undefined
}

/** Denials that were ingested before; the store is opened for the length of a call. */
export const lookUpDenials = ({ url, env, subject, budget }: StoreAccess): Tool => ({
  name: 'lookup_denials',
  title: 'Look up stored denials',
  description:
    'Look into the store of past denials: one by request or event id, explained; or the newest, filtered; or counted by principal, action, resource-family, service, layer, statement, account or day.',
  fields: {
    id: is(string, 'a request id or event id', SHOWN.requestId).optional(),
    by: is(oneOf(...BY), 'count by this instead of listing').optional(),
    since: is(string, 'only from then on: ISO 8601, a date, or 24h, 7d', '7d').optional(),
    principal: is(string, 'only of this role or user', SHOWN.role).optional(),
    action: is(string, 'only of this IAM action', SHOWN.action).optional(),
    resource: is(string, 'only on this resource', SHOWN.resource).optional(),
    limit: is(count.min(1), 'how many are listed; 20 when left out, 200 at most', 20).optional(),
    cursor: is(string, 'what `next` of the list before says: what comes after it').optional(),
    ...PART,
  },
  call: ({ id, by, since, limit, principal, action, resource, cursor, part }) =>
    withStore(url, { env }, async (store) => {
      if (typeof id === 'string') {
        const found = await explainedDenials(store, id, await subject(), budget)
        const text = `${storedText(found.stored, PAGE)}\n${diagnosesText(shownDenials(found, { verbose: true }), PAGE, { verbose: true })}`
        return { text, result: answerOf(wholeDenials(found), part) }
      }
      const filter = {
        ...(typeof since === 'string' ? { from: timeOption('since', since, Date.now()) } : {}),
        ...Object.fromEntries(
          Object.entries({ principal, action, resource }).filter(([, value]) => value !== undefined),
        ),
      }
      const group = BY.find((one) => one === by)
      if (group !== undefined) {
        const result = await groupedDenials(store, group, filter)
        return { text: groupsText(group, result.groups, PAGE), result: answerOf(result, part) }
      }
      const most = Math.min(200, typeof limit === 'number' ? limit : 20)
      const result = await listedDenials(store, filter, most, typeof cursor === 'string' ? cursor : undefined)
      return { text: listedText(result.denials, PAGE), result: answerOf(result, part) }
    }),
})

/** The reference library: what a denial means, and how to find the layer. */
export const readGuide = (today: string, nearest: Parameters<typeof findGuide>[1]): Tool => ({
  name: 'read_guide',
  title: 'Read the reference library',
  description:
    'A guide on AWS AccessDenied, Google Cloud PERMISSION_DENIED, CORS, a policy layer, an error code, a message or a rule, with official sources and the day they were read. Without a topic: the list.',
  fields: {
    topic: is(string, 'such as aws-access-denied, permissions-boundary, ExpiredToken', 'aws-access-denied').optional(),
    ...PART,
  },
  call: async ({ topic, part }) => {
    if (typeof topic !== 'string') {
      const guides = guidePages().map((page) => ({ topic: page.topic, title: page.title, kind: page.kind }))
      return { text: guideListText(guideGroups(), PAGE), result: { schemaVersion: 1, guides } }
    }
    const page = findGuide(topic, nearest)
    return { text: guideMarkdown(page), result: answerOf(guideResult(page, today), part) }
  },
})

/** The guides, and what the fields of every answer mean. */
export const offeredPages = (): readonly OfferedPage[] => [
  ...guidePages().map((page) => ({
    uri: `denytrace://guide/${page.topic}`,
    name: page.topic,
    title: page.title,
    text: () => guideMarkdown(page),
  })),
  {
    uri: 'denytrace://docs/json',
    name: 'json',
    title: 'What comes in and what comes out: every field of every answer',
    text: jsonPage,
  },
]
