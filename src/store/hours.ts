/** The beginning of the hour of an ISO time in UTC. */
export const hourOf = (time: string): string => `${time.slice(0, 13)}:00:00Z`

/** The bit of the five minutes of the hour in which the time is. */
export const slotOf = (time: string): number => 1 << Math.floor(Number(time.slice(14, 16)) / 5)

export const dayOf = (time: string): string => time.slice(0, 10)
