import { type EventRecord, type EventStream, badTimes, truncated, withField } from './arrivals.ts';
import { MINUTE } from './calendar.ts';
import { cityPickers } from './cities.ts';
import { countryCodes } from './countries.ts';
import { createRandom } from './random.ts';
import type { Session } from './sessions.ts';

/** About 9 km north and south: within a town's travel. */
const SPREAD_DEGREES = 0.08;
/** Where a country is not told, visitors are as likely from the shop's own. */
const HOME = 'GB';

/** Location pings around a real town of the session's country. */
export function geoStream(seed: number): EventStream {
  const codeOf = countryCodes();
  const pickerOf = cityPickers();
  const homePicker = pickerOf(HOME);
  if (homePicker === undefined) throw new Error('The list of towns holds none of the home country.');

  const events = function* (session: Session) {
    const random = createRandom(seed, 'geo', session.ordinal);
    const code = codeOf(session.country);
    const city = ((code === undefined ? undefined : pickerOf(code)) ?? homePicker)(random);
    for (let ping = 0; ping < session.pings; ping++) {
      const latitude = Math.min(90, Math.max(-90, city.latitude + SPREAD_DEGREES * random.normal()));
      const longitude = city.longitude + (SPREAD_DEGREES * random.normal()) / Math.cos((city.latitude * Math.PI) / 180);
      const record: EventRecord = {
        ping_id: `p${session.sessionId.slice(1)}${ping}`,
        session_id: session.sessionId,
        latitude: rounded(latitude, 5),
        longitude: rounded(((longitude + 540) % 360) - 180, 5),
        accuracy_m: random.chance(0.06) ? undefined : rounded(Math.exp(3.2 + 1.1 * random.normal()), 1),
        city: random.chance(0.08) ? undefined : city.name,
        country_code: code,
        event_time: '',
        received_time: '',
      };
      yield { time: session.start + random.integer(0, session.interactions * MINUTE), record };
    }
  };

  return {
    name: 'geo',
    events,
    damages: {
      not_json: truncated,
      missing_ping_id: withField('ping_id', [undefined]),
      missing_session_id: withField('session_id', [undefined]),
      missing_coordinates: (record, random) =>
        withField(random.pick(['latitude', 'longitude']), [undefined])(record, random),
      coordinates_out_of_range: (record, random) =>
        random.chance(0.5)
          ? withField('latitude', [91.5, -123.45, 999])(record, random)
          : withField('longitude', [181, -540.25, 999])(record, random),
      bad_event_time: withField('event_time', badTimes),
    },
  };
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
