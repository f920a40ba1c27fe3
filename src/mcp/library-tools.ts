import { findGuide, guideGroups, guideMarkdown, guidePages, guideResult } from '#app/guide.ts'
import { explainedDenials, groupedDenials, listedDenials, shownDenials, wholeDenials } from '#app/store/denials.ts'
import { withStore } from '#app/store/open-store.ts'
import { timeOption } from '#app/store/since.ts'
import type { loadPolicySource } from '#app/policy-source.ts'
import { groupsText, listedText, storedText } from '#report/store/text-denials.ts'
import { diagnosesText } from '#report/text-diagnosis.ts'
import { guideListText } from '#report/text-guide.ts'
import type { OfferedPage, Tool } from './tool.ts'
import { PAGE } from './ask.ts'

const BY = ['principal', 'action', 'resource-family', 'service', 'layer', 'statement', 'account', 'day'] as const

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
    id: { kind: 'text', help: 'a request id or event id' },
    by: { kind: 'text', choices: BY, help: 'count by this instead of listing' },
    since: { kind: 'text', help: 'only from then on: ISO 8601, a date, or 24h, 7d' },
    principal: { kind: 'text', help: 'only of this role or user' },
    action: { kind: 'text', help: 'only of this IAM action' },
    resource: { kind: 'text', help: 'only on this resource' },
    limit: { kind: 'number', help: 'how many are listed; 20 when left out, 200 at most' },
  },
  call: ({ id, by, since, limit, principal, action, resource }) =>
    withStore(url, { env }, async (store) => {
      if (typeof id === 'string') {
        const found = await explainedDenials(store, id, await subject(), budget)
        const text = `${storedText(found.stored, PAGE)}\n${diagnosesText(shownDenials(found, { verbose: true }), PAGE, { verbose: true })}`
        return { text, result: wholeDenials(found) }
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
        return { text: groupsText(group, result.groups, PAGE), result }
      }
      const result = await listedDenials(store, filter, Math.min(200, typeof limit === 'number' ? limit : 20))
      return { text: listedText(result.denials, PAGE), result }
    }),
})

/** The reference library: what a denial means, and how to find the layer. */
export const readGuide = (today: string, nearest: Parameters<typeof findGuide>[1]): Tool => ({
  name: 'read_guide',
  title: 'Read the reference library',
  description:
    'A guide on AWS AccessDenied, Google Cloud PERMISSION_DENIED, CORS, a policy layer, an error code, a message or a rule, with official sources and the day they were read. Without a topic: the list.',
  fields: { topic: { kind: 'text', help: 'such as aws-access-denied, permissions-boundary, ExpiredToken' } },
  call: async ({ topic }) => {
    if (typeof topic !== 'string') {
      const guides = guidePages().map((page) => ({ topic: page.topic, title: page.title, kind: page.kind }))
      return { text: guideListText(guideGroups(), PAGE), result: { schemaVersion: 1, guides } }
    }
    const page = findGuide(topic, nearest)
    return { text: guideMarkdown(page), result: guideResult(page, today) }
  },
})

export const offeredPages = (): readonly OfferedPage[] =>
  guidePages().map((page) => ({
    uri: `denytrace://guide/${page.topic}`,
    name: page.topic,
    title: page.title,
    text: () => guideMarkdown(page),
  }))
