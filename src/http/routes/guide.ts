import { guideSearch, guideSite } from '#app/guide.ts'
import { is, string } from '#schemas/described.ts'
import { HttpFault, type Route } from '../route.ts'

/** Characters of a query. */
const MOST = 200

let site: ReadonlyMap<string, string> | undefined

/** The pages have their style in them; nothing is loaded but the script that copies examples, and the icon. Their search asks this service. */
export const GUIDE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'self'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

/** `GET /guide/{page}`: the reference library, `index.html` lists it. */
export const guideRoute: Route = {
  method: 'GET',
  path: '/guide/{page}',
  operationId: 'readGuide',
  tag: 'service',
  summary: 'A page of the reference library: index.html, aws-access-denied.html, …',
  parts: { page: is(string, 'Name of the page', 'aws-access-denied.html') },
  query: { q: is(string, 'Of `search.html`: what is searched for', 'session policy').optional() },
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
    return { status: 200, type: 'text/html; charset=utf-8', body, headers: { 'content-security-policy': GUIDE_POLICY } }
  },
}
