import { guideSearch, guideSite } from '#app/guide.ts'
import { HttpFault, type Route } from '../route.ts'
import { text } from '../schemas/schema.ts'

/** Characters of a query. */
const MOST = 200

let site: ReadonlyMap<string, string> | undefined

/** The pages have their style in them and no script; nothing is loaded. Their search asks this service. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** `GET /guide/{page}`: the reference library, `index.html` lists it. */
export const guideRoute: Route = {
  method: 'GET',
  path: '/guide/{page}',
  summary: 'A page of the reference library: index.html, aws-access-denied.html, …',
  query: { q: { schema: text, help: 'of `search.html`: what is searched for' } },
  open: true,
  gives: 'text/html',
  faults: [404],
  handle: ({ parts, url }) => {
    site ??= guideSite(true)
    const name = parts['page'] ?? 'index.html'
    const query = (url.searchParams.get('q') ?? '').slice(0, MOST)
    const isSearch = name === 'search.html' && query !== ''
    const body = isSearch ? guideSearch(query, true) : (site.get(name) ?? site.get(`${name}.html`))
    if (body === undefined)
      throw new HttpFault(404, 'http/not-found', `there is no guide \`${name}\``, '/guide/index.html lists them')
    return { status: 200, type: 'text/html; charset=utf-8', body, headers: { 'content-security-policy': POLICY } }
  },
}
