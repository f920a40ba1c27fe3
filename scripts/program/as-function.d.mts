export const PROGRAM_PARAMETERS: string
export const LIVE_PARAMETERS: string
export function asFunction(file: string, parameters: string): string
