// Draws the outlines of the maps from Natural Earth's countries (npm world-atlas) and writes them as one JSON document.
//
// Each frame is a projection that fills a rectangle; its formula stands in server/interurban/pictures/projection.py,
// and the places that are projected here too are what a test holds it against. Borders are simplified together, so that
// two countries still share theirs (Visvalingam's areas), and islands that would be smaller than a dot are left out.

import { readFileSync } from "node:fs";
import { geoAzimuthalEqualArea, geoEqualEarth, geoPath } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import { feature, merge, mesh } from "topojson-client";
import { topology } from "topojson-server";
import { filter, filterAttachedWeight, presimplify, simplify } from "topojson-simplify";

const ATLAS = new URL("node_modules/world-atlas/", import.meta.url);
const FINE = 10; // parts of a unit that coordinates are counted in
const PLACES = [[10.92539, 44.64783], [-3.7026, 40.4165], [24.9384, 60.1699], [-21.9426, 64.1466], [35.1725, 33.3], [135.7005, 34.6916], [-70.65, -33.45], [174.777, -41.2889], [-157.8583, 21.3069], [0, 0]];

const FRAMES = {
  europe: { detail: "50m", width: 600, height: 560, smallest: 0.5, coarse: 0.9, projection: geoAzimuthalEqualArea().rotate([-10, -52]).scale(770).translate([291, 299]) },
  world: { detail: "50m", width: 720, height: 318, smallest: 0.6, coarse: 1, projection: geoEqualEarth().rotate([-11, 0]).scale(134).translate([360, 184]) },
};

function drawn({ detail, width, height, smallest, coarse, projection }) {
  const atlas = JSON.parse(readFileSync(new URL(`countries-${detail}.json`, ATLAS)));
  const reference = PLACES.map((place) => [...place, ...projection(place)]);
  const beyond = 2; // units that are drawn outside, so that no coast ends at the edge
  projection.clipExtent([[-beyond, -beyond], [width + beyond, height + beyond]]).precision(0);
  const countries = feature(atlas, atlas.objects.countries);
  countries.features = countries.features.filter((country) => country.properties.name !== "Antarctica");
  let flat = topology({ countries: geoProject(countries, projection) }, 1e5);
  flat = presimplify(flat);
  flat = simplify(flat, coarse);
  flat = filter(flat, filterAttachedWeight(flat, smallest));
  const parts = flat.objects.countries.geometries.filter((each) => each.type !== null);
  return {
    width,
    height,
    scale: projection.scale(),
    translate: projection.translate(),
    land: written(merge(flat, parts)),
    borders: written(mesh(flat, flat.objects.countries, (one, other) => one !== other)),
    reference,
  };
}

// A path in whole parts of a unit, each place told from the one before.
function written(shape) {
  let path = "";
  let at = [0, 0];
  let line = [];
  const round = (x, y) => [Math.round(x * FINE), Math.round(y * FINE)];
  const step = (to, sign) => {
    const [dx, dy] = [to[0] - at[0], to[1] - at[1]];
    at = to;
    return `${sign}${dx}${dy < 0 ? "" : " "}${dy}`;
  };
  let start;
  const ended = (closed) => {
    if (line.length > (closed ? 2 : 1)) {
      line.forEach((to, place) => {
        path += step(to, place === 0 ? "m" : place === 1 ? "l" : to[0] - at[0] < 0 ? "" : " ");
      });
      if (closed) {
        path += "z";
        at = line[0];
      }
    }
    line = [];
  };
  const add = (to) => {
    const last = line.at(-1);
    if (!last || last[0] !== to[0] || last[1] !== to[1]) line.push(to);
  };
  const pen = {
    moveTo(x, y) { ended(false); add(start = round(x, y)); },
    lineTo(x, y) { add(round(x, y)); },
    closePath() { if (line.length > 1 && `${line.at(-1)}` === `${start}`) line.pop(); ended(true); },
    arc() {},
  };
  geoPath(null, pen)(shape);
  ended(false);
  return path;
}

console.log(JSON.stringify(Object.fromEntries(Object.entries(FRAMES).map(([name, frame]) => [name, drawn(frame)])), null, 1));
