/** The main points of the page in a real Firefox. */
import { noFirefox, openFirefox } from './firefox.ts'
import { pagePoints } from './page-points.ts'

pagePoints('Firefox', noFirefox, openFirefox)
