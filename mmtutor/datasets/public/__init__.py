"""Public data sets, which are fetched when a reader asks for them."""

from mmtutor.datasets.public.av_mnist import AVMNIST
from mmtutor.datasets.public.cifar100 import CIFAR100
from mmtutor.datasets.public.cmu_mosi import CMUMOSI

__all__ = ["AVMNIST", "CIFAR100", "CMUMOSI"]
