import { fileStamps } from '#ingest/file-stamps.ts'
import type { DenialStore } from '#store/denial-store.ts'
import { isoTime } from '#store/iso-time.ts'

/** Files that `watch` has read stand beside the series of the detector, so that the next run, or another, passes them over. */
const FAMILY = 'watched-file'

export interface NewFiles {
  readonly paths: readonly string[]
  /** To be called when they are in the store. */
  readonly keep: () => Promise<void>
}

/** Files below the paths that are new or have grown since they were kept. `now` in milliseconds. */
export async function newFiles(store: DenialStore, paths: readonly string[], now: number): Promise<NewFiles> {
  const known = new Map((await store.series(FAMILY)).map(({ key, state }) => [key, state] as const))
  const fresh = [...fileStamps(paths)].filter(([path, stamp]) => known.get(path) !== JSON.stringify(stamp))
  return {
    paths: fresh.map(([path]) => path),
    keep: () =>
      store.saveDetection({
        series: fresh.map(([key, stamp]) => ({
          family: FAMILY,
          key,
          lastBucket: isoTime(now),
          modelVersion: 1,
          state: JSON.stringify(stamp),
        })),
        alerts: [],
        deliveries: [],
        cleaned: [],
      }),
  }
}
