//! From what an operator names to a sensor that is there and measures what the guest asks for.

use std::fmt;

use super::hwmon::{self, Channel};
use super::thermal::{self, Zone};
use super::w1::{self, Thermometer};
use super::{Ask, Front, Host, Provider, Quantity, Spec, Target, sim};
use crate::device::class::{Offer, ResourceError};

/// A sensor that is there and suits what the guest asks for.
#[derive(Debug)]
pub struct Resolved {
    place: Place,
    quantity: Quantity,
}

#[derive(Debug)]
enum Place {
    Sim(i64),
    W1(Thermometer),
    Hwmon(Channel),
    Thermal(Zone),
}

impl Place {
    /// What it measures; none where that is up to the guest.
    fn quantity(&self) -> Option<Quantity> {
        match self {
            Self::Sim(_) => None,
            Self::Hwmon(channel) => Some(channel.quantity),
            Self::W1(_) | Self::Thermal(_) => Some(Quantity::Temperature),
        }
    }
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Sim(value) => write!(f, "simulated sensor at {value}")?,
            Place::W1(thermometer) => write!(f, "1-Wire thermometer {thermometer}")?,
            Place::Hwmon(channel) => write!(f, "hwmon channel {}", channel.full_name())?,
            Place::Thermal(zone) => write!(f, "thermal zone {zone}")?,
        }
        write!(f, ", {}", self.quantity)
    }
}

impl Spec {
    pub(super) fn resolve(&self, ask: Ask, host: &Host) -> Result<Resolved, ResourceError> {
        let place = match &self.target {
            Target::Sim(value) => Place::Sim(*value),
            Target::W1(id) => Place::W1(Thermometer::find(host, id)?),
            Target::Hwmon { chip, channel } => Place::Hwmon(Channel::find(host, chip, channel)?),
            Target::Thermal(zone) => Place::Thermal(Zone::find(host, zone)?),
        };
        match place.quantity() {
            Some(measured) if measured != ask.quantity => Err(ResourceError::Unsuited {
                asked: ask.quantity.to_string(),
                granted: measured.to_string(),
            }),
            _ => Ok(Resolved {
                place,
                quantity: ask.quantity,
            }),
        }
    }
}

impl Resolved {
    /// Opens the sensor.
    pub(super) fn open(self, host: &Host) -> Result<Front, ResourceError> {
        let provider: Box<dyn Provider> = match &self.place {
            Place::Sim(value) => Box::new(sim::Value::new(*value)),
            Place::W1(thermometer) => Box::new(thermometer.open(host)?),
            Place::Hwmon(channel) => Box::new(channel.open(host)?),
            Place::Thermal(zone) => Box::new(zone.open(host)?),
        };
        Ok(Front::new(provider))
    }
}

/// What the host has to offer.
pub(super) fn offers(host: &Host) -> Vec<Offer> {
    let mut offers = w1::offers(host);
    offers.extend(hwmon::offers(host));
    offers.extend(thermal::offers(host));
    offers
}

#[cfg(test)]
mod tests;
