/** How many series may alarm by chance: a fixed bound for each, or a share of the alarms of an hour. */
export type Control =
  | { readonly kind: 'fixed'; readonly p: number }
  /** Benjamini and Hochberg 1995, over all series of an hour. */
  | { readonly kind: 'fdr'; readonly q: number }

export interface Settings {
  readonly control: Control
  /** Hours of history without which nothing is assessed: everything would be new. */
  readonly warmUpHours: number
}

export const DEFAULT_SETTINGS: Settings = { control: { kind: 'fixed', p: 1e-5 }, warmUpHours: 24 }

/** Changes whenever the same denials could give other alerts; stands in the ids of alerts. */
export const DETECTOR_VERSION = 1

/** The constants of the detector; ADR 0025 says where each comes from, scripts/simulate-spikes.ts measures them. */
export const CONSTANTS = {
  /** After these hours what was seen counts half: 14 days. */
  halfLifeHours: 336,
  /** Of the season, times the index of dispersion: what is not known of a bin is taken to be as the rest. */
  seasonPseudoCount: 30,
  leastSeason: 0.2,
  /** Of a bin that was not watched for a whole hour yet: a history that began on a Saturday knows no Monday. */
  unseenSeason: 3,
  /** Of 1/k. So a size is never above 1/0.3, and no count is taken for purely Poisson. */
  leastDispersion: 0.3,
  mostDispersion: 30,
  /** How much one series must show before its own dispersion counts as much as that of its family. */
  dispersionWeight: 2,
  /** In a younger history half of all tuples are new. */
  firstSeenHours: 72,
  leastCount: 3,
  /** Distinct slots of five minutes: one loop of retries is one episode. */
  leastSlots: 2,
  /** An alarmed bucket teaches its series no more than the 0.99 quantile of what was expected, or this. */
  cap: 0.99,
  leastCap: 2,
  /** Daily counts: a shift is looked for that is this many times the mean, and this many a day more. */
  shiftRatio: 3,
  shiftStep: 1,
  /** e^-11.5 = 1e-5: the bound on false alarms of one series and day. */
  shiftThreshold: 11.5,
  leastShiftDays: 3,
  leastShiftCount: 6,
} as const
