const MB = 1024 * 1024

/** CloudTrail's largest files are some megabytes; more than this inflated is a bomb or no file of CloudTrail's. */
const USUAL_MB = 512

/** How the bound is raised, for messages. */
export const RAISE_INFLATED = 'set `DENYTRACE_MAX_INFLATED` to more megabytes if you know the file'

/** Bytes that a gzip may inflate to. */
export function maxInflated(): number {
  const said = Number(process.env['DENYTRACE_MAX_INFLATED'])
  return (Number.isInteger(said) && said > 0 ? said : USUAL_MB) * MB
}
