import { DAY, YEAR_START } from './calendar.ts';
import { countries } from './countries.ts';
import { createRandom, weightedPicker } from './random.ts';

export interface Customer {
  readonly customerId: string;
  readonly name: string;
  readonly country: string;
  /** Midnight, UTC, in milliseconds; before the year begins, so that nobody buys before signing up. */
  readonly signupDay: number;
  readonly marketingConsent: boolean;
  /** Buys to sell again: large quantities at a discount. */
  readonly wholesale: boolean;
}

const ORDERS_A_CUSTOMER = 5;
const FEWEST_CUSTOMERS = 20;
const FIRST_CUSTOMER_ID = 12_346;
const WHOLESALE_SHARE = 0.04;

const firstNames =
  'Amelia Oliver Isla George Ava Harry Emily Noah Sophie Jack Grace Leo Freya Arthur Chloe Oscar Priya Mohammed Zofia Liam Niamh Lukas Camille Sofia Jan Elsa'.split(
    ' ',
  );
const lastNames =
  'Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker Khan Thompson Evans Roberts Murphy Clarke Hughes Novak Fischer Moreau Garcia Jensen Silva Nowak Ali'.split(
    ' ',
  );
const trades = ['Gifts Ltd', 'Emporium', 'Trading Co', 'Interiors Ltd', '& Daughters', 'Home, Garden & More'];

/** The most frequent buyer first. */
export function createCustomers(seed: number, orders: number): Customer[] {
  const random = createRandom(seed, 'customers');
  const pickCountry = weightedPicker(countries, (country) => country.weight);
  const count = Math.max(FEWEST_CUSTOMERS, Math.round(orders / ORDERS_A_CUSTOMER));
  return Array.from({ length: count }, (_, index) => {
    const wholesale = random.chance(WHOLESALE_SHARE);
    const last = random.pick(lastNames);
    return {
      customerId: String(FIRST_CUSTOMER_ID + index),
      name: wholesale ? `${last} ${random.pick(trades)}` : `${random.pick(firstNames)} ${last}`,
      country: pickCountry(random).name,
      signupDay: YEAR_START - DAY * random.integer(1, 2000),
      marketingConsent: random.chance(0.62),
      wholesale,
    };
  });
}
