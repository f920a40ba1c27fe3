export type FilterName = 'principal' | 'action' | 'resource-family' | 'layer'

export interface Asked {
  /** `24h`, `7d`, or a time; empty: all. */
  readonly since: string
  /** A time; empty: up to now. */
  readonly until: string
  readonly filters: Readonly<Partial<Record<FilterName, string>>>
}

const FILTERS: readonly FilterName[] = ['principal', 'action', 'resource-family', 'layer']

/** Shown where the address says nothing. */
export const USUAL = '7d'

/** Range of time and filters that the address of the page asks for. */
export function askedBy(params: ReadonlyMap<string, string>): Asked {
  const since = params.get('since') ?? USUAL
  const filters = FILTERS.flatMap((name) => {
    const value = params.get(name)
    return value === undefined || value === '' ? [] : [[name, value] as const]
  })
  return { since: since === 'all' ? '' : since, until: params.get('until') ?? '', filters: Object.fromEntries(filters) }
}

/** Parameters of the address for a range of time and filters. */
export const paramsOf = ({ since, until, filters }: Asked): ReadonlyMap<string, string> =>
  new Map([
    ...(since === USUAL && until === '' ? [] : [['since', since === '' ? 'all' : since] as const]),
    ...(until === '' ? [] : [['until', until] as const]),
    ...Object.entries(filters).filter(([, value]) => value !== ''),
  ])
